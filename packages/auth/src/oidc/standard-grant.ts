import type { TokenQuery } from "../tokens/request-token.ts";
import type { TokenReply } from "../tokens/send-token-request.ts";
import type { Parameters } from "../tokens/shape-parameters.ts";
import { openClient } from "./open-client.ts";
import { settle } from "./settle.ts";

/**
 * Asks a standard provider for a token with `grant_type` and the parameters that go with it (RFC 6749 §4.5), at `tokenUrl`; the library
 * writes the request and checks the answer. Returns the answer also where it is a refusal. Throws as `settle` and `openClient` do.
 */
export async function standardGrant(query: TokenQuery, tokenUrl: string, parameters: Parameters): Promise<TokenReply> {
  const { grant_type: grant = "", ...others } = parameters;
  const isRefresh = grant === "refresh_token";
  const open = await openClient(isRefresh ? withoutIdToken(query) : query, "tokenUrl", tokenUrl);
  const { configuration } = open;
  const client = await import("openid-client");
  return settle(open, () => {
    if (isRefresh) {
      const { refresh_token: refreshToken = "", ...own } = others;
      return client.refreshTokenGrant(configuration, refreshToken, own);
    }
    if (grant === "client_credentials") return client.clientCredentialsGrant(configuration, others);
    return client.genericGrantRequest(configuration, grant, others);
  });
}

/**
 * Of a refresh, the ID token is not used, so it is not looked at either: to refuse it would lose the refresh token that came beside it
 * (OpenID Connect Core 1.0 §12.2 lets it be absent).
 */
function withoutIdToken(query: TokenQuery): TokenQuery {
  const { transport } = query;
  const send: TokenQuery["transport"] = async (request) => {
    const answer = await transport(request);
    return answer.body.includes('"id_token"') ? { ...answer, body: without(answer.body) } : answer;
  };
  return { ...query, transport: Object.assign(send, { way: transport.way ?? transport }) };
}

function without(body: string): string {
  try {
    const { id_token: _, ...others } = JSON.parse(body) as { readonly [name: string]: unknown };
    return JSON.stringify(others);
  } catch {
    return body;
  }
}
