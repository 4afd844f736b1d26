import { compileValue } from "@mortise/builders";
import { type Json, type JsonObject, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { reveal, revealAll } from "../credential/reveal.ts";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { isStandard } from "../oidc/is-standard.ts";
import { standardGrant } from "../oidc/standard-grant.ts";
import { boundedToken } from "./bounded-token.ts";
import { credibleEnd } from "./credible-end.ts";
import { filledTexts } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { readTokenAnswer } from "./read-token-answer.ts";
import { type KeptOfSteps, runSteps, texts } from "./run-steps.ts";
import { sendTokenRequest } from "./send-token-request.ts";
import type { Parameters } from "./shape-parameters.ts";
import type { TokenTransport } from "./token-transport.ts";

/** What a request to a token endpoint is made of. */
export interface TokenQuery {
  readonly scheme: OAuth2Scheme;
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

/** A request for a token: the grant's word and its parameters. */
export interface TokenAsk {
  /** `grant_type`; the contract's `grantType` takes its place where the grant itself is asked for. */
  readonly grantType: string;
  readonly parameters: Parameters;
  /** Absent: the contract's `tokenUrl`. */
  readonly url?: string | undefined;
}

/**
 * Asks a token endpoint and reads what it says, then runs the contract's steps after it. Throws `AUTH_FAILED`, `MISCONFIGURED`,
 * `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function requestToken(asked: TokenQuery, ask: TokenAsk, kept: KeptOfSteps = {}): Promise<FreshToken> {
  const query = await fillEndpoints(asked);
  const { scheme } = query;
  const template = ask.url ?? scheme.tokenUrl;
  if (template === undefined)
    throw new MortiseError("MISCONFIGURED", `The contract says nowhere that ${scheme.grant} tokens come from (tokenUrl).`);
  const send = isStandard(scheme) ? standardGrant : sendTokenRequest;
  const reply = await send(query, template, { grant_type: ask.grantType, ...ask.parameters });
  return afterSteps(query, await readTokenAnswer(query, reply), kept);
}

/** Runs the steps after the token answer; a `token` that the last one keeps takes its place. */
async function afterSteps(query: TokenQuery, fresh: FreshToken, before: KeptOfSteps): Promise<FreshToken> {
  const { afterToken } = query.scheme;
  const last = afterToken?.at(-1);
  if (last === undefined) return fresh;
  const kept = (await runSteps(afterToken, query, { token: fresh.token, steps: before }))[last.name] ?? {};
  if (kept.token === undefined) return fresh;
  const { endsAtMs: _, ...rest } = fresh;
  const endsAtMs = credibleEnd(query.nowMs + Number(kept.expiresIn ?? Number.NaN) * 1_000, query.nowMs);
  const token = typeof kept.token === "string" ? kept.token : JSON.stringify(kept.token);
  return boundedToken({ ...rest, token, ...(endsAtMs === undefined ? {} : { endsAtMs }) }, last.name);
}

/** Exchanges the code that an answer brought (RFC 6749 §4.1.3). Throws as {@link requestToken} does. */
export async function codeToken(
  query: TokenQuery,
  code: string,
  redirectUri: string,
  codeVerifier: string | undefined,
): Promise<FreshToken> {
  const { scheme, settings } = query;
  const kept = await runSteps(scheme.steps, query);
  const parameters = {
    ...filledTexts(scheme.tokenParams, settings),
    code,
    redirect_uri: redirectUri,
    ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
  };
  return requestToken(query, { grantType: scheme.grantType ?? "authorization_code", parameters }, kept);
}

/** Asks for a new token with the credential's refresh token (RFC 6749 §6). Throws as {@link requestToken} does. */
export function refreshedToken(query: TokenQuery): Promise<FreshToken> {
  const { scheme, settings, credential } = query;
  const { grant_type = "refresh_token", ...own } = renewalParameters(scheme, settings);
  const parameters = { ...own, refresh_token: reveal(credential, "refreshToken") };
  return requestToken(query, { grantType: grant_type, parameters, url: scheme.refreshUrl });
}

/** Those of a renewal may say a `grant_type` of the vendor's own; those of the grant say it in `grantType`. */
function renewalParameters({ refreshParams, tokenParams }: OAuth2Scheme, settings: TokenQuery["settings"]): Parameters {
  if (refreshParams !== undefined) return filledTexts(refreshParams, settings);
  const { grant_type: _, ...own } = filledTexts(tokenParams, settings);
  return own;
}

/**
 * Asks for a token in exchange for the one that is there: with the parameters that the contract's `exchange` names, or by RFC 8693 §2.1.
 * Throws as {@link requestToken} does.
 */
export function exchangedToken(query: TokenQuery): Promise<FreshToken> {
  const { scheme, settings } = query;
  const given = {
    subject_token: reveal(query.credential, "accessToken"),
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
  };
  const own = renewalParameters(scheme, settings);
  const exchanged: Parameters = { ...own, ...(scheme.exchange === undefined ? given : exchangeParameters(query, {})) };
  const { grant_type = TOKEN_EXCHANGE, ...parameters } = exchanged;
  return requestToken(query, { grantType: grant_type, parameters, url: scheme.refreshUrl });
}

/** RFC 8693 §2.1. */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

const compiled = new WeakMap<object, ReturnType<typeof compileValue>>();

/** The parameters that the contract's `exchange` comes to; those that came to null are left out. */
export function exchangeParameters({ scheme, credential, settings, nowMs }: TokenQuery, steps: KeptOfSteps): Parameters {
  const { exchange } = scheme;
  if (exchange === undefined) return {};
  const known = compiled.get(exchange) ?? compileValue(exchange);
  compiled.set(exchange, known);
  return texts(known.evaluate({ credential: revealAll(credential), settings, nowMs, steps }) as JsonObject);
}

/** The scopes that are asked for without a person, as a parameter. */
export function scopeParameter({ requiredScopes = [], defaultScopes = [], scopeSeparator = " " }: OAuth2Scheme): Parameters {
  const scopes = [...new Set([...requiredScopes, ...defaultScopes])];
  return scopes.length === 0 ? {} : { scope: scopes.join(scopeSeparator) };
}
