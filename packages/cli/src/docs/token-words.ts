import type { OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import { durationWords } from "./span-words.ts";

/** How long tokens live and how the next one is had. Undefined: there is none, what was entered is sent for as long as it is good. */
export function tokenWords(scheme: SingleAuthScheme): string | undefined {
  switch (scheme.kind) {
    case "oauth2":
      return [lifeWords(scheme), renewalWords(scheme), refreshWords(scheme)].filter((part) => part !== "").join(" ");
    case "session":
      return scheme.ttl === undefined
        ? "The login is done again when the token is refused."
        : `The login is done again after ${durationWords(scheme.ttl)}, or when the token is refused.`;
    case "jwt":
      return `Each JWT lives for ${durationWords(scheme.assertion.lifetime ?? "60s")}; the next one is signed before it ends.`;
    case "appInstall":
      return "The token of the installation is had anew before it ends.";
    case "awsSigV4":
      return scheme.assumeRole === undefined
        ? undefined
        : `The role's keys live for ${durationWords(scheme.assumeRole.lifetime ?? "1h")} and are had anew before they end.`;
    default:
      return undefined;
  }
}

function lifeWords({ expiry }: OAuth2Scheme): string {
  const ttl = expiry?.ttl === undefined ? undefined : durationWords(expiry.ttl);
  switch (expiry?.from) {
    case "never":
      return "Tokens do not end by themselves.";
    case "fixed":
      return ttl === undefined ? "" : `A token lives for ${ttl}.`;
    default:
      return ttl === undefined ? "" : `A token lives for ${ttl} where nothing else is said.`;
  }
}

const PERSONAL: ReadonlySet<OAuth2Scheme["grant"]> = new Set(["authorization_code", "device_code", "implicit"]);

function renewalWords({ grant, refreshMode }: OAuth2Scheme): string {
  if (grant === "implicit" || refreshMode === "none") return "A token is not renewed: somebody connects again when it has ended.";
  const mode = refreshMode ?? (PERSONAL.has(grant) ? "token" : "reissue");
  return mode === "token"
    ? "A token is renewed before it ends, with the refresh token."
    : mode === "exchange"
      ? "A token is exchanged for a new one before it ends."
      : "The next token is had in the same way before one ends.";
}

function refreshWords({ expiry, rotation }: OAuth2Scheme): string {
  const facts = [
    ...(rotation === "single_use" ? ["counts once"] : []),
    ...(expiry?.refreshTtl === undefined ? [] : [`lives for ${durationWords(expiry.refreshTtl)}`]),
    ...(expiry?.idle === undefined ? [] : [`ends when it is not used for ${durationWords(expiry.idle)}`]),
  ];
  return facts.length === 0 ? "" : `The refresh token ${facts.join(", ")}.`;
}
