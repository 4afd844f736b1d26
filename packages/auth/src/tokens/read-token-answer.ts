import { getPointer, type Json, type OAuth2Scheme, parseDuration } from "@mortise/contract";
import type { FreshToken } from "./fresh-token.ts";
import { tokenRefusal } from "./token-refusal.ts";
import type { TokenAnswer } from "./token-transport.ts";

/**
 * Reads the answer of a token endpoint (RFC 6749 §5.1), as JSON or as a form, with the places that the scheme names. More tolerant than
 * the standard: `token_type` may be missing and figures may be texts, as they are at many vendors. Throws what `tokenRefusal` says.
 */
export function readTokenAnswer(scheme: OAuth2Scheme, answer: TokenAnswer, host: string, nowMs: number): FreshToken {
  const body = decode(answer.body);
  const pointer = scheme.accessToken ?? "/access_token";
  const token = getPointer(body, pointer);
  if (answer.status >= 300 || typeof token !== "string" || token === "") throw tokenRefusal(answer, body, host, pointer, nowMs);
  const refreshToken = getPointer(body, scheme.refreshToken ?? "/refresh_token");
  const endsAtMs = endOf(scheme, body, pointer, nowMs);
  return {
    token,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(typeof refreshToken === "string" && refreshToken !== "" ? { refreshToken } : {}),
  };
}

function decode(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

/** When the token ends: beside the token or at the top of the answer, else after the `ttl` of the contract. */
function endOf({ expiry }: OAuth2Scheme, body: Json, pointer: string, nowMs: number): number | undefined {
  const from = expiry?.from ?? "expires_in";
  if (from === "never") return undefined;
  const ttlMs = expiry?.ttl === undefined ? undefined : parseDuration(expiry.ttl);
  const atTtl = ttlMs === undefined ? undefined : nowMs + ttlMs;
  if (from !== "expires_in" && from !== "expires_at") return atTtl;
  const found = getPointer(body, `${pointer.slice(0, pointer.lastIndexOf("/"))}/${from}`) ?? getPointer(body, `/${from}`);
  const said = instant(found, from, expiry?.unit === "ms" ? 1 : 1_000, nowMs);
  return said ?? atTtl;
}

function instant(found: Json | undefined, from: "expires_in" | "expires_at", unitMs: number, nowMs: number): number | undefined {
  if (found === undefined || found === null || found === "") return undefined;
  const figure = Number(found);
  if (Number.isFinite(figure)) return (from === "expires_in" ? nowMs : 0) + figure * unitMs;
  const date = from === "expires_at" && typeof found === "string" ? Date.parse(found) : Number.NaN;
  return Number.isFinite(date) ? date : undefined;
}
