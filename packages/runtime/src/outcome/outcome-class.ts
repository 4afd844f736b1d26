import type { ErrorCode, OutcomeClass } from "@mortise/contract";

/** The code that a failed class carries when nothing more is known. */
export const CODE_OF_CLASS: { readonly [name in Exclude<OutcomeClass, "success">]: ErrorCode } = Object.freeze({
  invalidInput: "INVALID_INPUT",
  notFound: "NOT_FOUND",
  conflict: "CONFLICT",
  rejected: "CALL_REJECTED",
  throttled: "THROTTLED",
  transient: "TARGET_SICK",
  credential: "AUTH_FAILED",
  configuration: "MISCONFIGURED",
});

/**
 * What a status means where the contract's outcome table is silent (RFC 9110 §15, RFC 6585). A 403 that says when to come back
 * (`Retry-After`) is a rate limit.
 */
export function classOfStatus(status: number, saysWhen: boolean): OutcomeClass {
  if (status >= 200 && status < 300) return "success";
  if (status === 403 && saysWhen) return "throttled";
  const known = KNOWN[status];
  if (known !== undefined) return known;
  return status >= 500 ? "transient" : "rejected";
}

const KNOWN: { readonly [status: number]: OutcomeClass } = Object.freeze({
  401: "credential",
  403: "credential",
  404: "notFound",
  407: "configuration",
  408: "transient",
  409: "conflict",
  410: "notFound",
  412: "conflict",
  423: "throttled",
  425: "transient",
  429: "throttled",
  501: "rejected",
  505: "rejected",
});

/** Codes that Node's network stack and resolvers give when the other side cannot be reached or went away. */
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ESOCKET",
  "ECONNECTION",
  "EDNS",
]);

/** Whether a code is the network's, so that nothing is known about what the other side did. */
export const isNetworkCode = (code: string): boolean => NETWORK_CODES.has(code);

/** What the code of a native error means where the outcome table is silent: the network's own codes are transient. */
export function classOfNativeCode(code: string): OutcomeClass | undefined {
  return isNetworkCode(code) ? "transient" : undefined;
}
