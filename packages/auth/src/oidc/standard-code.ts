import { MortiseError } from "@mortise/contract";
import type * as library from "openid-client";
import type { AuthorizationReturn } from "../tokens/authorization-code.ts";
import { filledTexts } from "../tokens/endpoint-url.ts";
import { plainWords } from "../tokens/plain-words.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import type { TokenReply } from "../tokens/send-token-request.ts";
import { checkAccessTokenHash } from "./access-token-hash.ts";
import { expectedNonce } from "./expected-nonce.ts";
import { openClient } from "./open-client.ts";
import { settle } from "./settle.ts";

/**
 * Checks what a standard provider sent back with the browser (state; `iss`, RFC 9207), exchanges the code, and checks the ID token that comes
 * where `openid` was asked for: issuer, audience, life, nonce, `at_hash`, and its signature by the provider's keys (OpenID Connect Core 1.0
 * §3.1.3.7). Returns the answer of the token endpoint. Throws `AUTH_FAILED` for an answer that is refused or not to be trusted, otherwise as
 * `settle` does.
 */
export async function standardCode(query: TokenQuery, back: AuthorizationReturn, asked: readonly string[]): Promise<TokenReply> {
  const client = await import("openid-client");
  const open = await openClient(query);
  const { configuration, provider } = open;
  if (provider.metadata.jwks_uri !== undefined) client.enableNonRepudiationChecks(configuration);
  const checks: library.AuthorizationCodeGrantChecks = {
    expectedState: back.state,
    ...(back.codeVerifier === undefined ? {} : { pkceCodeVerifier: back.codeVerifier }),
    ...(asked.includes("openid") ? { expectedNonce: expectedNonce(back) } : {}),
  };
  const parameters = { ...filledTexts(query.scheme.tokenParams, query.settings) };
  const reply = await settle(open, async () => {
    const tokens = await client.authorizationCodeGrant(configuration, answeredAt(back), checks, parameters).catch((error) => {
      throw error instanceof client.AuthorizationResponseError ? notGranted(error, query.transport.hide) : error;
    });
    if (tokens.id_token !== undefined) checkAccessTokenHash(tokens.id_token, tokens.access_token);
  });
  provider.jwks = client.getJwksCache(configuration) ?? provider.jwks;
  return reply;
}

/** The redirect URI as it was registered, whatever stands between it and us, with what came back. */
function answeredAt({ redirectUri, callbackUrl }: AuthorizationReturn): URL {
  const url = new URL(redirectUri);
  url.search = callbackUrl.search;
  return url;
}

function notGranted(error: library.AuthorizationResponseError, hide: TokenQuery["transport"]["hide"]): MortiseError {
  const reason = plainWords(error.error_description ?? error.error, 300, hide);
  return new MortiseError("AUTH_FAILED", `Access was not granted: ${reason}.`, {
    nativeCode: plainWords(error.error, 100, hide),
  });
}
