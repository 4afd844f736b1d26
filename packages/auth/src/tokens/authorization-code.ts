import { type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import * as oauth from "oauth4webapi";
import type { PlainCredential } from "./credential-store.ts";
import { endpointUrl } from "./endpoint-url.ts";
import { codeToken, type TokenQuery } from "./request-token.ts";

/** Where to send a person's browser, and what to keep until it comes back. */
export interface AuthorizationStart {
  readonly url: URL;
  /** Ties the answer to the browser that was sent; keep it with that browser's session (RFC 6749 §10.12). */
  readonly state: string;
  /** Proof key (RFC 7636); a secret. Undefined where the contract turns it off. */
  readonly codeVerifier: string | undefined;
}

/** What a person is asked for. */
export interface AuthorizationAsk {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly settings: { readonly [name: string]: Json };
  /** Beyond the scheme's `requiredScopes`. Absent: only those. */
  readonly scopes?: readonly string[];
}

/** The address that starts the authorization code grant (RFC 6749 §4.1.1), with a state and a proof key. Throws `MISCONFIGURED`. */
export async function authorizationUrl(scheme: OAuth2Scheme, ask: AuthorizationAsk): Promise<AuthorizationStart> {
  if (scheme.authorizeUrl === undefined)
    throw new MortiseError("MISCONFIGURED", "The contract does not say where people grant access (authorizeUrl).");
  const url = endpointUrl(scheme.authorizeUrl, ask.settings);
  const state = oauth.generateRandomState();
  const codeVerifier = scheme.pkce === "off" ? undefined : oauth.generateRandomCodeVerifier();
  const scopes = [...new Set([...(scheme.requiredScopes ?? []), ...(ask.scopes ?? [])])];
  const params = {
    ...scheme.authorizeParams,
    response_type: "code",
    client_id: ask.clientId,
    redirect_uri: ask.redirectUri,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(scheme.scopeSeparator ?? " ") }),
    state,
    ...(codeVerifier === undefined ? {} : await challengeOf(scheme, codeVerifier)),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return Object.freeze({ url, state, codeVerifier });
}

async function challengeOf({ pkce }: OAuth2Scheme, codeVerifier: string): Promise<Record<string, string>> {
  if (pkce === "plain") return { code_challenge: codeVerifier, code_challenge_method: "plain" };
  return { code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier), code_challenge_method: "S256" };
}

/** What came back with the browser, and what was kept of the start. */
export interface AuthorizationReturn {
  readonly callbackUrl: URL;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: string | undefined;
}

/**
 * Checks the answer of the authorization endpoint and exchanges its code; returns the credential with the tokens in it. Throws
 * `AUTH_FAILED` for a wrong state, another issuer or a person who said no, otherwise what the token endpoint comes to.
 */
export async function exchangeCode(query: TokenQuery, back: AuthorizationReturn): Promise<PlainCredential> {
  const answer = checkedAnswer(query, back);
  const { token, refreshToken, endsAtMs } = await codeToken(query, answer, back.redirectUri, back.codeVerifier);
  const kept = Object.entries(query.credential).map(([name, secret]) => [name, secret.reveal()]);
  return {
    ...(Object.fromEntries(kept) as PlainCredential),
    accessToken: token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(endsAtMs === undefined ? {} : { expiresAt: String(Math.floor(endsAtMs)) }),
  };
}

/** The contract knows no issuer, so one that is named (RFC 9207) must be of the origin that the person was sent to. */
function checkedAnswer(
  { scheme, credential, settings }: TokenQuery,
  { callbackUrl, state }: AuthorizationReturn,
): URLSearchParams {
  const home = scheme.authorizeUrl === undefined ? undefined : endpointUrl(scheme.authorizeUrl, settings).origin;
  const named = callbackUrl.searchParams.get("iss");
  const issuer = named !== null && URL.parse(named)?.origin === home ? named : (home ?? callbackUrl.origin);
  try {
    return oauth.validateAuthResponse({ issuer }, { client_id: credential.clientId?.reveal() ?? "" }, callbackUrl, state);
  } catch (cause) {
    const said = cause instanceof oauth.AuthorizationResponseError ? (cause.error_description ?? cause.error) : undefined;
    const reason = said ?? (cause instanceof Error ? cause.message : "the answer is malformed");
    throw new MortiseError("AUTH_FAILED", `Access was not granted: ${reason.slice(0, 300)}.`, {
      ...(cause instanceof oauth.AuthorizationResponseError ? { nativeCode: cause.error.slice(0, 100) } : {}),
      cause,
    });
  }
}
