import { MortiseError } from "@mortise/contract";
import { type AuthorizationAsk, type AuthorizationStart, askedScopes, authorizationUrl } from "../tokens/authorization-code.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import { parseAnswer } from "../tokens/run-steps.ts";
import { tokenRefusal } from "../tokens/token-refusal.ts";
import { expectedNonce } from "./expected-nonce.ts";
import { fillEndpoints } from "./fill-endpoints.ts";
import { isStandard } from "./is-standard.ts";
import { openClient } from "./open-client.ts";

/**
 * The address that starts the authorization code grant. Where the scheme has an issuer, the endpoint comes from its metadata; of a standard
 * provider the request has a nonce where `openid` is asked for, and is pushed where the provider requires that (RFC 9126). Throws
 * `MISCONFIGURED`, and where the provider is asked what `openClient` and the transport throw.
 */
export async function askForCode(asked: TokenQuery, ask: Omit<AuthorizationAsk, "settings">): Promise<AuthorizationStart> {
  const query = await fillEndpoints(asked);
  const { scheme, settings } = query;
  const start = await authorizationUrl(scheme, { ...ask, settings });
  if (!isStandard(scheme)) return start;
  const parameters = new URLSearchParams(start.url.search);
  if (askedScopes(scheme, ask).includes("openid")) parameters.set("nonce", expectedNonce(start));
  const open = await openClient(query, "authorizeUrl");
  const isPushed = open.provider.metadata.require_pushed_authorization_requests === true;
  return Object.freeze({ ...start, url: isPushed ? await pushed(open, parameters, query.nowMs) : at(start.url, parameters) });
}

function at(url: URL, parameters: URLSearchParams): URL {
  const full = new URL(url);
  full.search = parameters.toString();
  return full;
}

async function pushed(
  { configuration, last }: Awaited<ReturnType<typeof openClient>>,
  parameters: URLSearchParams,
  nowMs: number,
): Promise<URL> {
  try {
    const client = await import("openid-client");
    return await client.buildAuthorizationUrlWithPAR(configuration, parameters);
  } catch (cause) {
    const { failure, answer, url } = last();
    if (failure !== undefined) throw failure;
    if (answer !== undefined && answer.status >= 300)
      throw tokenRefusal(answer, parseAnswer(answer.body), url?.host ?? "", "/request_uri", nowMs);
    throw new MortiseError("MISCONFIGURED", "The provider did not take the request for a person's consent (RFC 9126).", {
      cause,
    });
  }
}
