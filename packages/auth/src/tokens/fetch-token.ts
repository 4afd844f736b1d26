import { MortiseError, type OAuth2Scheme } from "@mortise/contract";
import { wrapCredential } from "../credential/credential.ts";
import type { PlainCredential } from "./credential-store.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { logIn } from "./log-in.ts";
import { clientToken, passwordToken, refreshedToken } from "./request-token.ts";
import type { TokenHolder, TokenScheme } from "./token-source.ts";
import type { TokenTransport } from "./token-transport.ts";

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

/** Has a token in the way that scheme and credential allow. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`. */
export function fetchToken(
  { scheme, settings }: TokenHolder,
  credential: PlainCredential,
  transport: TokenTransport,
  nowMs: number,
): Promise<FreshToken> {
  const common = { credential: wrapCredential(credential), settings, transport, nowMs };
  if (scheme.kind === "session") return logIn({ ...common, scheme });
  const query = { ...common, scheme };
  const { refreshToken = "" } = credential;
  if (refreshMode(scheme) === "token" && refreshToken !== "") return refreshedToken(query, refreshToken);
  if (scheme.grant === "client_credentials") return clientToken(query);
  if (scheme.grant === "password") return passwordToken(query);
  throw new MortiseError("AUTH_FAILED", "The token has ended or was refused, and there is no refresh token.", {
    remedy: "Connect again.",
  });
}

/** The host that tokens of a holder come from; `""` where its address cannot be made out. */
export function tokenHost({ scheme, settings }: TokenHolder): string {
  const template = scheme.kind === "session" ? scheme.login.url : (scheme.refreshUrl ?? scheme.tokenUrl);
  try {
    return template === undefined ? "" : endpointUrl(template, settings).host;
  } catch {
    return "";
  }
}
