import { type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import * as oauth from "oauth4webapi";
import { revealAll } from "../credential/reveal.ts";
import { withDpopKey } from "../dpop/with-dpop-key.ts";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { isStandard } from "../oidc/is-standard.ts";
import { standardCode } from "../oidc/standard-code.ts";
import type { PlainCredential } from "./credential-store.ts";
import { endpointUrl, filledTexts } from "./endpoint-url.ts";
import { type FreshToken, freshFields } from "./fresh-token.ts";
import { type KeptSources, keptValues } from "./kept-values.ts";
import { plainWords } from "./plain-words.ts";
import { readTokenAnswer } from "./read-token-answer.ts";
import { codeToken, type TokenQuery } from "./request-token.ts";
import { type Parameters, queryText, shapeParameters } from "./shape-parameters.ts";
import { withoutGrant } from "./without-grant.ts";

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
  readonly settings: Settings;
  /** Beyond the scheme's `requiredScopes` and `defaultScopes`. Absent: only those. */
  readonly scopes?: readonly string[];
  /** Scopes that the person took away; those that are required stay. Absent: none. */
  readonly withoutScopes?: readonly string[];
}

type Settings = { readonly [name: string]: Json };

/** The scopes that are asked for. */
export function askedScopes(
  { requiredScopes = [], defaultScopes = [] }: OAuth2Scheme,
  { scopes = [], withoutScopes = [] }: Pick<AuthorizationAsk, "scopes" | "withoutScopes">,
): readonly string[] {
  const chosen = [...defaultScopes, ...scopes].filter((scope) => !withoutScopes.includes(scope));
  return [...new Set([...requiredScopes, ...chosen])];
}

/** The address that starts the authorization code grant (RFC 6749 §4.1.1), with a state and a proof key. Throws `MISCONFIGURED`. */
export async function authorizationUrl(scheme: OAuth2Scheme, ask: AuthorizationAsk): Promise<AuthorizationStart> {
  if (scheme.authorizeUrl === undefined)
    throw new MortiseError("MISCONFIGURED", "The contract does not say where people grant access (authorizeUrl).");
  const url = endpointUrl(scheme.authorizeUrl, ask.settings);
  const state = oauth.generateRandomState();
  const codeVerifier = scheme.pkce === "off" ? undefined : oauth.generateRandomCodeVerifier();
  const scopes = askedScopes(scheme, ask);
  const parameters = {
    ...filledTexts(scheme.authorizeParams, ask.settings),
    response_type: "code",
    client_id: ask.clientId,
    redirect_uri: ask.redirectUri,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(scheme.scopeSeparator ?? " ") }),
    state,
    ...(codeVerifier === undefined ? {} : await challengeOf(scheme, codeVerifier)),
  };
  const rename = scheme.rename?.authorize;
  if (rename?.state === null && codeVerifier === undefined)
    throw new MortiseError("MISCONFIGURED", "Without a state and without a proof key nothing ties the answer to the browser.");
  const shaped = shapeParameters(parameters, { rename, omitEmpty: scheme.omitEmpty });
  return Object.freeze({ url: withParameters(scheme, url, shaped), state, codeVerifier });
}

/** Parameters behind those that the address has, in its query or, for pages that route by it, in its fragment. */
function withParameters({ authorizeFragment, noEncode }: OAuth2Scheme, url: URL, parameters: Parameters): URL {
  const full = new URL(url);
  const text = queryText(parameters, noEncode);
  if (authorizeFragment === true) {
    const route = url.hash.slice(1);
    full.hash = route === "" ? text : `${route}${route.includes("?") ? "&" : "?"}${text}`;
    return full;
  }
  const standing = url.search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && ![...new URLSearchParams(part).keys()].some((name) => Object.hasOwn(parameters, name)));
  full.search = [...standing, text].join("&");
  return full;
}

async function challengeOf({ pkce }: OAuth2Scheme, codeVerifier: string): Promise<Record<string, string>> {
  if (pkce === "plain") return { code_challenge: codeVerifier, code_challenge_method: "plain" };
  return { code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier), code_challenge_method: "S256" };
}

/** What is kept of the start while a person decides. */
export interface AuthorizationPending {
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: string | undefined;
  /** The scopes that were asked for; what an answer without `scope` grants. Absent: the contract's own. */
  readonly scopes?: readonly string[];
  /**
   * Checks what connecting tells against the settings' schemas, and returns the settings with it. Throws `MISCONFIGURED`. Absent: what is
   * kept takes no part in the exchange.
   */
  readonly admit?: (kept: PlainCredential) => Settings;
}

/** What came back with the browser, and what was kept of the start. */
export interface AuthorizationReturn extends AuthorizationPending {
  readonly callbackUrl: URL;
}

/**
 * Checks the answer of the authorization endpoint and exchanges its code; returns the credential with the tokens in it. Throws
 * `AUTH_FAILED` for a wrong state, another issuer, a person who said no or an answer without a code, otherwise what the token endpoint
 * comes to.
 */
export async function exchangeCode(asked: TokenQuery, back: AuthorizationReturn): Promise<PlainCredential> {
  const query = await fillEndpoints(asked);
  if (isStandard(query.scheme)) {
    const scopes = back.scopes ?? askedScopes(query.scheme, {});
    const redirect = (name: string) => back.callbackUrl.searchParams.get(name) ?? undefined;
    return withTokens(query, back, { redirect }, async (admitted) =>
      readTokenAnswer(admitted, await standardCode(admitted, back, scopes)),
    );
  }
  const answer = checkedAnswer(query, back);
  const said = (name: string) => answer.get(name) ?? undefined;
  return connected(query, back, said(query.scheme.codeParam ?? "code"), { redirect: said });
}

/**
 * Exchanges a code, however it came, and puts together the credential with all that came with it. `sources` is where the code was found.
 * Throws as {@link exchangeCode} does.
 */
export async function connected(
  query: TokenQuery,
  pending: AuthorizationPending,
  code: string | undefined,
  sources: KeptSources,
): Promise<PlainCredential> {
  if (code === undefined || code === "")
    throw new MortiseError("AUTH_FAILED", `The answer has no code (${query.scheme.codeParam ?? "code"}).`, {
      remedy: "Connect again.",
    });
  return withTokens(query, pending, sources, (admitted) => codeToken(admitted, code, pending.redirectUri, pending.codeVerifier));
}

/** The credential after an exchange, which sees the settings that the sign-in has told. Tokens that are bound get their key here. */
async function withTokens(
  asked: TokenQuery,
  pending: AuthorizationPending,
  sources: KeptSources,
  exchange: (query: TokenQuery) => Promise<FreshToken>,
): Promise<PlainCredential> {
  const query = withDpopKey(asked);
  const { scheme, credential, settings } = query;
  const kept = keptValues(scheme.keep, sources, settings);
  const admitted = Object.keys(kept).length === 0 ? settings : (pending.admit?.(kept) ?? settings);
  const fresh = await exchange({ ...query, settings: admitted });
  const scopes = (pending.scopes ?? askedScopes(scheme, {})).join(" ");
  return {
    ...withoutGrant(scheme, revealAll(credential)),
    ...kept,
    ...(scopes === "" ? {} : { scope: scopes }),
    ...tokenFields(fresh),
  };
}

/** A fresh token as fields of a credential. */
export function tokenFields(fresh: FreshToken): PlainCredential {
  const { token, refreshToken, endsAtMs, refreshEndsAtMs } = fresh;
  return {
    ...freshFields(fresh),
    accessToken: token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(endsAtMs === undefined ? {} : { expiresAt: String(Math.floor(endsAtMs)) }),
    ...(refreshEndsAtMs === undefined ? {} : { refreshExpiresAt: String(Math.floor(refreshEndsAtMs)) }),
  };
}

/** The contract knows no issuer, so one that is named (RFC 9207) must be of the origin that the person was sent to. */
function checkedAnswer(
  { scheme, credential, settings, transport: { hide } }: TokenQuery,
  { callbackUrl, state }: AuthorizationReturn,
): URLSearchParams {
  const home = scheme.authorizeUrl === undefined ? undefined : endpointUrl(scheme.authorizeUrl, settings).origin;
  const answer = new URLSearchParams(callbackUrl.search);
  const stateName = scheme.rename?.authorize?.state;
  if (typeof stateName === "string" && answer.has(stateName)) {
    for (const value of answer.getAll(stateName)) answer.append("state", value);
    answer.delete(stateName);
  }
  const named = answer.get("iss");
  const issuer = named !== null && URL.parse(named)?.origin === home ? named : (home ?? callbackUrl.origin);
  const expected = stateName === null ? oauth.expectNoState : state;
  try {
    return oauth.validateAuthResponse({ issuer }, { client_id: credential.clientId?.reveal() ?? "" }, answer, expected);
  } catch (cause) {
    const said = cause instanceof oauth.AuthorizationResponseError ? (cause.error_description ?? cause.error) : undefined;
    const reason = said ?? (cause instanceof Error ? cause.message : "the answer is malformed");
    throw new MortiseError("AUTH_FAILED", `Access was not granted: ${plainWords(reason, 300, hide)}.`, {
      ...(cause instanceof oauth.AuthorizationResponseError ? { nativeCode: plainWords(cause.error, 100, hide) } : {}),
      cause,
    });
  }
}
