import { getPointer, type Json, parseDuration, type TokenExpiry } from "@mortise/contract";
import { credibleEnd } from "./credible-end.ts";

/** What the end of a token is read from. */
export interface TokenFacts {
  readonly body: Json;
  readonly token: string;
  /** JSON pointer to the token in the body. */
  readonly pointer: string;
  readonly nowMs: number;
  /** Asks the vendor (RFC 7662 §2.2 `exp`), epoch ms. Undefined: it does not say. */
  readonly introspect: () => Promise<number | undefined>;
}

/**
 * When a token ends, epoch ms: from where the contract says, else after its `ttl`. A figure that is none, or that a token which has just
 * been given would have ended by, says nothing: the token is used until it is refused.
 */
export async function tokenEnd(expiry: TokenExpiry | undefined, facts: TokenFacts): Promise<number | undefined> {
  if (expiry?.from === "never") return undefined;
  const { nowMs } = facts;
  return credibleEnd(await saidEnd(expiry, facts), nowMs) ?? after(expiry?.ttl, nowMs);
}

async function saidEnd(expiry: TokenExpiry | undefined, facts: TokenFacts): Promise<number | undefined> {
  const { body, pointer, nowMs, token } = facts;
  const from = expiry?.from ?? "expires_in";
  const unitMs = expiry?.unit === "ms" ? 1 : 1_000;
  switch (from) {
    case "expires_in":
    case "expires_at": {
      const beside = `${pointer.slice(0, pointer.lastIndexOf("/"))}/${from}`;
      const found =
        expiry?.at === undefined ? (getPointer(body, beside) ?? getPointer(body, `/${from}`)) : getPointer(body, expiry.at);
      const figure = numberOf(found);
      if (figure !== undefined) return (from === "expires_in" ? nowMs : 0) + figure * unitMs;
      return from === "expires_at" && typeof found === "string" ? numberOf(Date.parse(found)) : undefined;
    }
    case "jwt_exp":
      return seconds(claimsOf(token));
    case "introspect":
      return facts.introspect();
    case "fixed":
    case "never":
      return undefined;
  }
}

/** When a refresh token that has just come or was just used ends, epoch ms: by its own life, or by lying idle, whichever is first. */
export function refreshEnd(expiry: TokenExpiry | undefined, body: Json, nowMs: number): number | undefined {
  const figure = expiry?.refreshAt === undefined ? undefined : numberOf(getPointer(body, expiry.refreshAt));
  const life = figure === undefined ? undefined : credibleEnd(nowMs + figure * (expiry?.unit === "ms" ? 1 : 1_000), nowMs);
  const ends = [life ?? after(expiry?.refreshTtl, nowMs), after(expiry?.idle, nowMs)].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function after(life: string | undefined, nowMs: number): number | undefined {
  const ms = life === undefined ? undefined : parseDuration(life);
  return ms === undefined ? undefined : nowMs + ms;
}

/** A figure, also where it is written as a text. */
function numberOf(found: Json | undefined): number | undefined {
  if (typeof found !== "number" && (typeof found !== "string" || found.trim() === "")) return undefined;
  const figure = Number(found);
  return Number.isFinite(figure) ? figure : undefined;
}

function seconds(claims: Json | undefined): number | undefined {
  const exp = numberOf(getPointer(claims, "/exp"));
  return exp === undefined ? undefined : exp * 1_000;
}

/** What a JWT says of itself (RFC 7519 §7.2, step 10). It is not verified: the token is its own resource server's business. */
function claimsOf(token: string): Json | undefined {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Json;
  } catch {
    return undefined;
  }
}
