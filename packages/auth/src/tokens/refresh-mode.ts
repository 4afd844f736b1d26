import type { OAuth2Scheme } from "@mortise/contract";
import type { PlainCredential } from "./credential-store.ts";
import type { TokenScheme } from "./token-source.ts";

/** Grants that a person takes part in, so that what comes of them cannot be had again without that person. */
const PERSONAL = new Set<OAuth2Scheme["grant"]>(["authorization_code", "implicit", "device_code"]);

/** Whether a person gave the right that the token stands for, so that losing its refresh token means asking the person again. */
export function isPersonal(scheme: TokenScheme): scheme is OAuth2Scheme {
  return scheme.kind === "oauth2" && PERSONAL.has(scheme.grant);
}

/** How a new token is had in place of an old one. */
export function refreshMode(scheme: TokenScheme): NonNullable<OAuth2Scheme["refreshMode"]> {
  if (scheme.kind !== "oauth2") return "reissue";
  return scheme.refreshMode ?? (isPersonal(scheme) ? "token" : "reissue");
}

/** Whether tokens are kept with the credential: where having a new one takes something of the old one. */
export function keepsTokens(scheme: TokenScheme): scheme is OAuth2Scheme {
  return scheme.kind === "oauth2" && (isPersonal(scheme) || refreshMode(scheme) !== "reissue");
}

/** Whether a new token can be had without a person. */
export function canRenew(scheme: TokenScheme, credential: PlainCredential): boolean {
  const mode = refreshMode(scheme);
  if (mode === "none") return false;
  if (!isPersonal(scheme)) return true;
  return mode === "reissue" || (credential[mode === "token" ? "refreshToken" : "accessToken"] ?? "") !== "";
}
