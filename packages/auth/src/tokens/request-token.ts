import { type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import * as oauth from "oauth4webapi";
import type { Credential } from "../credential/credential.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { readTokenAnswer } from "./read-token-answer.ts";
import type { TokenAnswer, TokenTransport } from "./token-transport.ts";

/** What a request to a token endpoint is made of. */
export interface TokenQuery {
  readonly scheme: OAuth2Scheme;
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

/** Asks for a token with the client's own rights (RFC 6749 §4.4). Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`. */
export function clientToken(query: TokenQuery): Promise<FreshToken> {
  return grant(query, "client_credentials", { ...scopeOf(query.scheme), ...query.scheme.tokenParams });
}

/** Asks for a token with a person's name and password (RFC 6749 §4.3). Throws as {@link clientToken} does. */
export function passwordToken(query: TokenQuery): Promise<FreshToken> {
  const { scheme, credential } = query;
  const person = { username: reveal(credential, "username"), password: reveal(credential, "password") };
  return grant(query, "password", { ...scopeOf(scheme), ...scheme.tokenParams, ...person });
}

/** Asks for a new token with a refresh token (RFC 6749 §6). Throws as {@link clientToken} does. */
export function refreshedToken(query: TokenQuery, refreshToken: string): Promise<FreshToken> {
  const { scheme } = query;
  const own = scheme.refreshParams ?? scheme.tokenParams;
  return grant(query, "refresh_token", { ...own, refresh_token: refreshToken }, scheme.refreshUrl ?? scheme.tokenUrl);
}

/** Exchanges the code of an answer that the library has checked (RFC 6749 §4.1.3). Throws as {@link clientToken} does. */
export async function codeToken(
  query: TokenQuery,
  answer: URLSearchParams,
  redirectUri: string,
  codeVerifier: string | undefined,
): Promise<FreshToken> {
  return exchange(query, query.scheme.tokenUrl, ({ server, client, auth, options }) =>
    oauth.authorizationCodeGrantRequest(server, client, auth, answer, redirectUri, codeVerifier ?? oauth.nopkce, {
      ...options,
      ...(query.scheme.tokenParams === undefined ? {} : { additionalParameters: query.scheme.tokenParams }),
    }),
  );
}

function grant(query: TokenQuery, type: string, parameters: Record<string, string>, url = query.scheme.tokenUrl) {
  return exchange(query, url, ({ server, client, auth, options }) =>
    oauth.genericTokenEndpointRequest(server, client, auth, type, parameters, options),
  );
}

interface Parties {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly auth: oauth.ClientAuth;
  readonly options: oauth.TokenEndpointRequestOptions;
}

/** Has the library write the request, sends it on our way out, and reads the answer ourselves. */
async function exchange(
  query: TokenQuery,
  template: string | undefined,
  send: (parties: Parties) => Promise<Response>,
): Promise<FreshToken> {
  const { scheme, credential, settings, transport, nowMs } = query;
  if (template === undefined)
    throw new MortiseError("MISCONFIGURED", `The contract says nowhere that ${scheme.grant} tokens come from (tokenUrl).`);
  const url = endpointUrl(template, settings);
  let answer: TokenAnswer | undefined;
  const options = {
    headers: { ...scheme.tokenHeaders },
    // Whether http is allowed is decided where every call is: by the deployment's egress policy.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (address: string, { headers, body }: { headers: Record<string, string>; body: unknown }) => {
      const form = new URLSearchParams(body as URLSearchParams);
      const json = scheme.tokenBody === "json";
      answer = await transport({
        method: "POST",
        url: new URL(address),
        headers: json ? { ...headers, "content-type": "application/json" } : headers,
        body: json ? JSON.stringify(Object.fromEntries(form)) : form.toString(),
      });
      return new Response(null);
    },
  };
  const server = { issuer: url.origin, token_endpoint: url.href };
  await send({ server, client: { client_id: reveal(credential, "clientId") }, auth: clientAuth(scheme, credential), options });
  if (answer === undefined) throw new MortiseError("INTERNAL", "The token request was not sent.");
  return readTokenAnswer(scheme, answer, url.host, nowMs);
}

function clientAuth({ clientAuth: how = "basic" }: OAuth2Scheme, credential: Credential): oauth.ClientAuth {
  if (how === "none") return oauth.None();
  const secret = reveal(credential, "clientSecret");
  return how === "basic" ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

function scopeOf({ requiredScopes = [], scopeSeparator = " " }: OAuth2Scheme): { readonly scope?: string } {
  return requiredScopes.length === 0 ? {} : { scope: requiredScopes.join(scopeSeparator) };
}

function reveal(credential: Credential, name: string): string {
  const value = credential[name]?.reveal();
  if (value !== undefined && value !== "") return value;
  throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
}
