import type { JsonObject, OAuth2Scheme } from "@mortise/contract";
import { type Endpoint, endpointAt, type Side, secretAnswer } from "./endpoint.ts";
import { publicKeys } from "./token-text.ts";
import { filled } from "./value-at.ts";

/** Endpoints of a scheme: what the contract names, and for an issuer also what its metadata does. */
export type SchemeEndpoints = Pick<
  OAuth2Scheme,
  "authorizeUrl" | "tokenUrl" | "deviceUrl" | "revokeUrl" | "introspectUrl" | "registrationUrl"
>;

/** Paths below the issuer of what the contract does not name. */
const PATHS = {
  authorizeUrl: ["authorization_endpoint", "authorize"],
  tokenUrl: ["token_endpoint", "token"],
  deviceUrl: ["device_authorization_endpoint", "device"],
  revokeUrl: ["revocation_endpoint", "revoke"],
  introspectUrl: ["introspection_endpoint", "introspect"],
  registrationUrl: ["registration_endpoint", "register"],
} as const satisfies { readonly [endpoint in keyof SchemeEndpoints]-?: readonly [string, string] };

/** The endpoints of a scheme, as templates. */
export function endpointsOf(scheme: OAuth2Scheme): SchemeEndpoints {
  const { issuer } = scheme;
  const found = issuer === undefined ? [] : Object.entries(PATHS).map(([key, [, path]]) => [key, below(issuer, path)]);
  return { ...(Object.fromEntries(found) as SchemeEndpoints), ...scheme };
}

const below = (issuer: string, path: string): string => `${issuer.replace(/\/$/, "")}/${path}`;

/** An issuer as it names itself: a slash stands at its end only where the contract has one. */
export function issuerOf({ issuer = "" }: OAuth2Scheme, settings: Parameters<typeof filled>[1]): string {
  const text = filled(issuer, settings);
  const href = URL.parse(text)?.href ?? text;
  return issuer.endsWith("/") ? href : href.replace(/\/$/, "");
}

/** What an issuer says about itself, by OpenID Connect Discovery 1.0 §4 and by RFC 8414 §3, and its keys. */
export function issuerEndpoints(scheme: OAuth2Scheme, { connections }: Side): readonly Endpoint[] {
  const { issuer } = scheme;
  if (issuer === undefined) return [];
  const metadata = (): JsonObject => {
    const settings = connections()[0]?.settings;
    const own = issuerOf(scheme, settings);
    const endpoints = Object.entries(endpointsOf(scheme)).flatMap(([key, url]) => {
      const names = Object.hasOwn(PATHS, key) ? PATHS[key as keyof typeof PATHS] : undefined;
      return names === undefined || typeof url !== "string" ? [] : [[names[0], filled(url, settings)] as const];
    });
    return {
      issuer: own,
      ...Object.fromEntries(endpoints),
      jwks_uri: below(own, "jwks"),
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      code_challenge_methods_supported: ["S256", "plain"],
      authorization_response_iss_parameter_supported: true,
    };
  };
  const [, origin = "", path = ""] = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*)([^?#]*)$/i.exec(issuer) ?? [];
  const here = path.replace(/\/$/, "");
  return [
    endpointAt("GET", below(issuer, ".well-known/openid-configuration"), () => secretAnswer(metadata())),
    endpointAt("GET", `${origin}/.well-known/oauth-authorization-server${here}`, () => secretAnswer(metadata())),
    endpointAt("GET", below(issuer, "jwks"), () => secretAnswer(publicKeys())),
  ];
}
