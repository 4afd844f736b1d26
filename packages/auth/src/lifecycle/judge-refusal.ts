import { CATALOGUE, isMortiseError, type MortiseError } from "@mortise/contract";
import type { TokenScheme } from "../tokens/token-source.ts";

/** What a request for a token that failed comes to. */
export interface Refusal {
  /**
   * `passing`: may be over in a while. `grant`: what was sent is not accepted any more. `client`: the client itself is not. `config`: the
   * contract or a setting is wrong.
   */
  readonly kind: "passing" | "grant" | "client" | "config";
  /** Surely nothing was spent: nothing was sent, or the answer says no. */
  readonly isUnspent: boolean;
}

/** The client, not the grant, is refused (RFC 6749 §5.2). */
const CLIENT = new Set(["invalid_client", "unauthorized_client"]);

/**
 * Tells terminal from passing. A word in the contract's `terminalErrors` is terminal whatever the status beside it; an answer that should
 * have held a token and does not, a status of 500 and above, and silence leave open whether a refresh token was spent.
 */
export function judgeRefusal(error: MortiseError, scheme: TokenScheme): Refusal {
  const { code, data } = error;
  const { nativeCode, status } = data;
  const said = status !== undefined && status >= 400 && status < 500;
  if (nativeCode !== undefined && isTerminal(nativeCode, scheme)) return { kind: "grant", isUnspent: true };
  if (nativeCode !== undefined && CLIENT.has(nativeCode)) return { kind: "client", isUnspent: true };
  if (code === "THROTTLED") return { kind: "passing", isUnspent: true };
  if (isPassing(error)) return { kind: "passing", isUnspent: false };
  if (code === "AUTH_FAILED") return { kind: "grant", isUnspent: true };
  return { kind: "config", isUnspent: code === "EGRESS_DENIED" || said };
}

/** Trouble that may be over in a while. */
export function isPassing(error: unknown): error is MortiseError {
  return isMortiseError(error) && CATALOGUE[error.code].category === "transient";
}

function isTerminal(word: string, scheme: TokenScheme): boolean {
  return word === "invalid_grant" || (scheme.kind === "oauth2" && scheme.terminalErrors?.includes(word) === true);
}
