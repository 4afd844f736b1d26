import { type ErrorCode, getPointer, type Json, MortiseError } from "@mortise/contract";
import { plainWords } from "./plain-words.ts";
import type { TokenAnswer } from "./token-transport.ts";

/** What the other side says only for a while (RFC 6749 §4.1.2.1, RFC 8628 §3.5, RFC 9449 §8). */
const PASSING = new Set(["temporarily_unavailable", "server_error", "slow_down", "use_dpop_nonce"]);
/** What the contract asks for wrongly, whoever's credential it is (RFC 6749 §5.2, RFC 8707 §2). */
const OURS = new Set([
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_request",
  "invalid_target",
  "unsupported_response_type",
]);

/**
 * The error that a token endpoint's answer without a token comes to. Terminal: `AUTH_FAILED` where the credential was refused (such as
 * `invalid_grant`), `MISCONFIGURED` where the endpoint is not what the contract says. Transient: `TARGET_SICK`, `THROTTLED`.
 */
export function tokenRefusal(answer: TokenAnswer, body: Json, host: string, pointer: string, nowMs: number): MortiseError {
  const { status } = answer;
  const word = textAt(body, "/error") ?? textAt(body, "/error/code") ?? textAt(body, "/code");
  const told = [word, textAt(body, "/error_description") ?? textAt(body, "/error/message") ?? textAt(body, "/message")];
  const reason = plainWords(told.filter((part) => part !== undefined).join(": "), 300, answer.hide);
  const code = codeOf(status, word);
  const retryAtMs = status === 429 || status === 503 ? retryAt(answer.headers["retry-after"], nowMs) : undefined;
  const message =
    status < 300 && word === undefined
      ? `${host} gave an answer without a token at ${pointer}.`
      : `${host} gave no token (${status})${reason === "" ? "" : `: ${reason}`}.`;
  return new MortiseError(code, message, {
    status,
    ...(word === undefined ? {} : { nativeCode: plainWords(word, 100, answer.hide) }),
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
    ...(word === "invalid_grant" ? { remedy: "The grant has ended or was taken back: connect again." } : {}),
  });
}

function codeOf(status: number, word: string | undefined): ErrorCode {
  if (status === 429) return "THROTTLED";
  if (status >= 500 || status === 408 || status === 425 || (word !== undefined && PASSING.has(word))) return "TARGET_SICK";
  if (word !== undefined) return OURS.has(word) ? "MISCONFIGURED" : "AUTH_FAILED";
  return status === 400 || status === 401 || status === 403 ? "AUTH_FAILED" : "MISCONFIGURED";
}

/** `Retry-After` (RFC 9110 §10.2.3), a day at most. */
function retryAt(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? nowMs + Math.min(Math.max(waitMs, 0), 86_400_000) : undefined;
}

function textAt(body: Json, pointer: string): string | undefined {
  const found = getPointer(body, pointer);
  return typeof found === "string" && found !== "" ? found : undefined;
}
