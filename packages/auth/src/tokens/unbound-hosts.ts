import { type Contract, hostSettings, narrowsHost, type OAuth2Scheme } from "@mortise/contract";

/** Addresses of a scheme that a client's secret goes to. */
const ENDPOINTS = ["issuer", "tokenUrl", "refreshUrl", "deviceUrl", "revokeUrl", "introspectUrl", "registrationUrl"] as const;

/**
 * Settings that decide by themselves which host a client's secret goes to, and that no schema narrows: whoever makes a connection could have the
 * secret sent to them. A hole with a domain behind it (`{settings.shop}.acme.example`) decides nothing.
 */
export function unboundHosts({ settings }: Contract, scheme: OAuth2Scheme): readonly string[] {
  const steps = [...(scheme.steps ?? []), ...(scheme.afterToken ?? [])].map(({ url }) => url);
  const templates = [...ENDPOINTS.map((name) => scheme[name]), ...steps].filter((template) => template !== undefined);
  const names = new Set(templates.flatMap(hostSettings));
  return [...names].filter((name) => !narrowsHost(settings?.properties?.[name]));
}
