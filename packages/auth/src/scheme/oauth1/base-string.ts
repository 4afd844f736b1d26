import { isForm } from "../body-fields.ts";
import { encodeStrictly } from "../percent-encode.ts";
import type { WholeRequest } from "../request-draft.ts";

export type Parameters = readonly (readonly [string, string])[];

/** The text that a request is signed over (RFC 5849 §3.4.1): method, address without query, and all parameters in order. */
export function baseString(request: WholeRequest, protocol: Parameters): string {
  const { method, url } = request;
  const own: Parameters = [...url.searchParams, ...formOf(request), ...protocol.filter(([name]) => name !== "realm")];
  const address = `${url.protocol}//${url.host}${url.pathname}`;
  return [method.toUpperCase(), address, normalized(own)].map(encodeStrictly).join("&");
}

/** RFC 5849 §3.4.1.3.2: encoded, then sorted by name and value, byte by byte. */
function normalized(parameters: Parameters): string {
  const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  return parameters
    .map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const)
    .toSorted(([name, value], [other, otherValue]) => order(name, other) || order(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** The fields of a form body (RFC 5849 §3.4.1.3.1); other bodies are not signed. */
function formOf({ headers, body }: WholeRequest): Parameters {
  return isForm(headers["content-type"]) ? [...new URLSearchParams(body?.toString() ?? "")] : [];
}
