import type * as library from "openid-client";
import { reveal } from "../credential/reveal.ts";
import { dpopTransport } from "../dpop/dpop-transport.ts";
import { clientAuthentication } from "../tokens/client-authentication.ts";
import { endpointUrl } from "../tokens/endpoint-url.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import type { TokenReply } from "../tokens/send-token-request.ts";
import { clientCertificate } from "./client-certificate.ts";
import { fillEndpoints } from "./fill-endpoints.ts";
import { type Provider, providerOf } from "./provider.ts";
import { type LastExchange, providerFetch } from "./provider-fetch.ts";

/** The library, ready for one client at one provider, on our way out. */
export interface OpenClient {
  readonly configuration: library.Configuration;
  readonly provider: Provider;
  readonly last: () => LastExchange;
  /** The answer of the endpoint that was asked for, which the library may have followed by asking for keys. Undefined: there was none. */
  readonly reply: () => TokenReply | undefined;
}

/** An endpoint of a scheme, and what metadata calls it. */
const NAMES = {
  tokenUrl: "token_endpoint",
  authorizeUrl: "authorization_endpoint",
  deviceUrl: "device_authorization_endpoint",
  revokeUrl: "revocation_endpoint",
  introspectUrl: "introspection_endpoint",
} as const;

type Endpoint = keyof typeof NAMES;

/**
 * Opens the library for requests to one endpoint: its scheme's issuer is discovered, endpoints that the contract names take the place of
 * discovered ones, and every request goes over the query's transport. `at` is another address of that endpoint. Throws as `providerOf` does,
 * and `AUTH_FAILED` where the credential lacks something.
 */
export async function openClient(asked: TokenQuery, endpoint: Endpoint = "tokenUrl", at?: string): Promise<OpenClient> {
  const provider = await providerOf(asked);
  const query = await fillEndpoints(asked);
  const { scheme, credential, settings } = query;
  const addresses = (Object.keys(NAMES) as Endpoint[]).flatMap((field) => {
    const template = field === endpoint ? (at ?? scheme[field]) : scheme[field];
    return template === undefined ? [] : [[NAMES[field], endpointUrl(template, settings).href] as const];
  });
  const { mtls_endpoint_aliases: _, ...said } = provider.metadata;
  const metadata: library.ServerMetadata = { ...said, ...Object.fromEntries(addresses) };
  const own = metadata[NAMES[endpoint]];
  const auth: library.ClientAuth = async (_server, _client, body, headers) => {
    const proof = await clientAuthentication(query, new URL(own ?? metadata.issuer));
    for (const [name, value] of Object.entries(proof.params)) body.set(name, value);
    for (const [name, value] of Object.entries(proof.headers)) headers.set(name, value);
  };
  const client = await import("openid-client");
  const configuration = new client.Configuration(metadata, reveal(credential, "clientId"), {}, auth);
  const { fetch, last } = providerFetch(dpopTransport(query), clientCertificate(scheme, credential));
  let reply: TokenReply | undefined;
  configuration[client.customFetch] = async (address, options) => {
    const response = await fetch(address, options);
    const { url, answer } = last();
    if (address === own && url !== undefined && answer !== undefined) reply = { url, answer };
    return response;
  };
  // Whether http is allowed is decided where every call is: by the deployment's egress policy.
  client.allowInsecureRequests(configuration);
  if (provider.jwks !== undefined) client.setJwksCache(configuration, provider.jwks);
  return { configuration, provider, last, reply: () => reply };
}
