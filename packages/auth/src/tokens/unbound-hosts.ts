import { type AppInstallScheme, type Contract, hostSettings, type OAuth1Scheme, type OAuth2Scheme } from "@mortise/contract";
import { narrowsHost } from "@mortise/contract/validation";

/** Addresses of a scheme that a client's secret goes to. */
const ENDPOINTS = ["issuer", "tokenUrl", "refreshUrl", "deviceUrl", "revokeUrl", "introspectUrl", "registrationUrl"] as const;

/**
 * Settings that decide by themselves which host a client's secret, or what it signs, goes to, and that no schema narrows: whoever makes a
 * connection could have it sent to them. A hole with a domain behind it (`{settings.shop}.acme.example`) decides nothing.
 */
export function unboundHosts(
  { settings, hosts }: Contract,
  scheme: OAuth2Scheme | OAuth1Scheme | AppInstallScheme,
): readonly string[] {
  const templates = addressesOf(scheme, hosts).filter((template) => template !== undefined);
  const names = new Set(templates.flatMap(hostSettings));
  return [...names].filter((name) => !narrowsHost(settings?.properties?.[name]));
}

function addressesOf(
  scheme: OAuth2Scheme | OAuth1Scheme | AppInstallScheme,
  hosts: readonly string[],
): readonly (string | undefined)[] {
  switch (scheme.kind) {
    case "oauth2":
      return [
        ...ENDPOINTS.map((name) => scheme[name]),
        ...[...(scheme.steps ?? []), ...(scheme.afterToken ?? [])].map(({ url }) => url),
      ];
    case "oauth1":
      // With PLAINTEXT every call carries the secret itself (RFC 5849 §3.4.4).
      return [scheme.requestTokenUrl, scheme.accessTokenUrl, ...(scheme.signature === "PLAINTEXT" ? hosts : [])];
    case "appInstall":
      return [scheme.exchange.url];
  }
}
