import {
  type AuthorizationStart,
  askForOAuth1,
  connectsByOAuth1,
  finishOAuth1,
  type OAuth1Query,
  type OAuth1Return,
  type PlainCredential,
} from "@mortise/auth";
import type { Services } from "../services.ts";
import { hidden, type OpenToConnect } from "./open-to-connect.ts";
import { tokenTransport } from "./token-transport.ts";

/** Begins to connect with OAuth 1.0a (RFC 5849 §2). Undefined: the connection is made in another way. Throws as `askForOAuth1` does. */
export async function startOAuth1(
  services: Services,
  opened: OpenToConnect,
  redirectUri: string,
): Promise<(AuthorizationStart & { readonly scopes: readonly string[] }) | undefined> {
  const query = queryOf(services, opened);
  if (query === undefined) return undefined;
  try {
    const start = await askForOAuth1(query, redirectUri);
    opened.open.redactor.learn([start.state, start.codeVerifier ?? ""]);
    return Object.freeze({ ...start, scopes: [] });
  } catch (thrown) {
    throw hidden(thrown, opened.open);
  }
}

/** What exchanges the verifier of OAuth 1.0a that a browser brought back. Undefined: the connection is made in another way. */
export function exchangeOAuth1(
  services: Services,
  opened: OpenToConnect,
  back: OAuth1Return,
): (() => Promise<PlainCredential>) | undefined {
  const query = queryOf(services, opened);
  if (query === undefined) return undefined;
  const verifier = back.callbackUrl.searchParams.get("oauth_verifier");
  opened.open.redactor.learn([back.state, back.codeVerifier ?? "", verifier ?? ""]);
  return () => finishOAuth1(query, back);
}

function queryOf(services: Services, { open }: OpenToConnect): OAuth1Query | undefined {
  const { scheme, credential, settings } = open;
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  for (const each of all) {
    if (each.kind !== "oauth1" || !connectsByOAuth1(each)) continue;
    const transport = tokenTransport(services, open);
    return { scheme: each, credential, settings, transport, nowMs: services.clock.now(), randomBytes: services.randomBytes };
  }
  return undefined;
}
