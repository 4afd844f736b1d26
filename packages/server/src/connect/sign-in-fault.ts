import { isMortiseError } from "@mortise/contract";
import type { PendingResult } from "../store/pending-authorizations.ts";

/** What the words of an authorization endpoint (RFC 6749 §4.1.2.1) and of a device's poll (RFC 8628 §3.5) mean to a person. */
const WORDS: { readonly [word: string]: (system: string) => string } = Object.freeze({
  access_denied: (system) => `Access was not granted at ${system}. Nothing was changed.`,
  expired_token: () => "The code was not entered in time. Start again for a new one.",
  invalid_scope: (system) =>
    `${system} does not give one of the permissions to this app. Choose fewer, or allow it where the app is registered.`,
  unauthorized_client: (system) => `${system} does not let this app ask for access. Check how the app is registered there.`,
  invalid_client: (system) => `${system} does not know the app, or its secret is wrong. Check the client ID and the secret.`,
  invalid_grant: (system) => `${system} did not accept the sign-in: it was used before, or took too long. Start again.`,
  server_error: (system) => `${system} has trouble at the moment. Try again later.`,
  temporarily_unavailable: (system) => `${system} is too busy at the moment. Try again later.`,
});

/** A failed sign-in as its result: what happened, in words for a person. */
export function signInFault(error: unknown, system = "the other system"): PendingResult {
  if (!isMortiseError(error)) return { reason: "failed", message: "Mortise made a mistake. The log has the details." };
  const { nativeCode = "", message, remedy } = error.data;
  // The word is a stranger's.
  const words = Object.hasOwn(WORDS, nativeCode) ? WORDS[nativeCode]?.(system) : undefined;
  const reason = nativeCode === "access_denied" ? "denied" : nativeCode === "expired_token" ? "expired" : "failed";
  return { reason, message: words ?? [message, remedy].filter(Boolean).join(" ") };
}
