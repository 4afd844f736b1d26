import type { OAuth2Scheme } from "@mortise/contract";
import type { TokenQuery } from "../tokens/request-token.ts";
import { showsCertificate } from "./client-certificate.ts";
import { type Provider, providerOf } from "./provider.ts";

/** Where the metadata has what a scheme may leave out (RFC 8414 §2, RFC 8628 §4, RFC 7591 §1). */
const ENDPOINTS = {
  authorizeUrl: "authorization_endpoint",
  tokenUrl: "token_endpoint",
  deviceUrl: "device_authorization_endpoint",
  revokeUrl: "revocation_endpoint",
  introspectUrl: "introspection_endpoint",
  registrationUrl: "registration_endpoint",
} as const;

const filled = new WeakMap<OAuth2Scheme, { readonly provider: Provider; readonly scheme: OAuth2Scheme }>();

/**
 * A query whose scheme names all endpoints that its issuer's metadata knows; those that the contract names stay. The aliases for clients
 * with a certificate (RFC 8705 §5) are taken where one is shown. Without an issuer the query stays as it is. Throws as `providerOf` does.
 */
export async function fillEndpoints(query: TokenQuery): Promise<TokenQuery> {
  const { scheme } = query;
  if (scheme.issuer === undefined) return query;
  const provider = await providerOf(query);
  const known = filled.get(scheme);
  if (known?.provider === provider) return { ...query, scheme: known.scheme };
  const fresh = withEndpoints(scheme, provider);
  filled.set(scheme, { provider, scheme: fresh });
  return { ...query, scheme: fresh };
}

function withEndpoints(scheme: OAuth2Scheme, { metadata }: Provider): OAuth2Scheme {
  const aliases: { readonly [name: string]: unknown } = showsCertificate(scheme) ? (metadata.mtls_endpoint_aliases ?? {}) : {};
  const found = Object.entries(ENDPOINTS).flatMap(([field, name]) => {
    const address = aliases[name] ?? metadata[name];
    return typeof address === "string" ? [[field, address] as const] : [];
  });
  return { ...(Object.fromEntries(found) as Partial<OAuth2Scheme>), ...withoutHoles(scheme) };
}

function withoutHoles(scheme: OAuth2Scheme): OAuth2Scheme {
  return Object.fromEntries(Object.entries(scheme).filter(([, part]) => part !== undefined)) as unknown as OAuth2Scheme;
}
