import { isMortiseError } from "@mortise/contract";
import { CallFailure } from "../outcome/call-failure.ts";

/**
 * What the end of an attempt says about the other side.
 * - `well`: it answered, whatever it said; also that this item is wrong.
 * - `turned-away`: it limits the rate (429).
 * - `refused`: it answered with a 4xx that means an illness to the contract, such as 408.
 * - `failed`: 5xx, no answer, an answer that came too late.
 * - `unreachable`: nobody took the connection, so nothing was sent.
 * - `cut-off`: the call's own deadline came first; it may have been too short.
 * - `none`: nothing is known: the caller cancelled, or what failed was on our side or at the token endpoint.
 */
export type FailureKind = "well" | "turned-away" | "refused" | "failed" | "unreachable" | "cut-off" | "none";

/** Codes of a connection that was never there. */
const NO_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EDNS",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
]);

/** Tells what an attempt's failure says about the other side. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof CallFailure)) {
    return isMortiseError(error) && error.code === "DEADLINE_EXCEEDED" ? "cut-off" : "none";
  }
  const { facts } = error;
  const { code, data } = error.error;
  if (facts.ofToken === true || code === "CALL_CANCELLED") return "none";
  if (code === "DEADLINE_EXCEEDED") return "cut-off";
  if (facts.as === "throttled") return facts.status !== undefined && facts.status >= 500 ? "failed" : "turned-away";
  if (facts.as !== "transient") return "well";
  if (facts.reach === "unsent" || (data.nativeCode !== undefined && NO_CONNECTION.has(data.nativeCode))) return "unreachable";
  return facts.status !== undefined && facts.status >= 400 && facts.status < 500 ? "refused" : "failed";
}
