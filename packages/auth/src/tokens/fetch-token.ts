import { createHash } from "node:crypto";
import { wrapCredential } from "../credential/credential.ts";
import { selfMadeHost, selfMadeToken } from "../scheme/scheme-token.ts";
import type { PlainCredential } from "./credential-store.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { logIn } from "./log-in.ts";
import { renewedToken } from "./renewed-token.ts";
import type { TokenHolder, TokenScheme } from "./token-source.ts";
import type { TokenTransport } from "./token-transport.ts";

/** Has a token in the way that scheme and credential allow. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`. */
export function fetchToken(
  { scheme, settings }: TokenHolder,
  credential: PlainCredential,
  transport: TokenTransport,
  nowMs: number,
): Promise<FreshToken> {
  const common = { credential: wrapCredential(credential), settings, transport, nowMs };
  if (scheme.kind === "session") return logIn({ ...common, scheme });
  if (scheme.kind === "oauth2") return renewedToken({ ...common, scheme });
  return selfMadeToken(scheme, common);
}

const digests = new WeakMap<TokenScheme, string>();

/**
 * The place that tokens of a holder come from, for those that fail together: one tenant's, by one scheme, at one host. What others do with the
 * same host, or only name it, is another place.
 */
export function tokenPlace(holder: TokenHolder): string {
  const { scheme, tenant } = holder;
  const digest = digests.get(scheme) ?? createHash("sha256").update(JSON.stringify(scheme)).digest("base64url");
  digests.set(scheme, digest);
  return JSON.stringify([tenant, digest, tokenHost(holder)]);
}

/** The host that tokens of a holder come from; `""` where its address cannot be made out. */
export function tokenHost({ scheme, settings }: TokenHolder): string {
  try {
    const address = addressOf(scheme, settings);
    if (address instanceof URL) return address.host;
    return address === undefined ? "" : endpointUrl(address, settings).host;
  } catch {
    return "";
  }
}

function addressOf(scheme: TokenScheme, settings: TokenHolder["settings"]): URL | string | undefined {
  if (scheme.kind === "session") return scheme.login.url;
  return scheme.kind === "oauth2" ? (scheme.refreshUrl ?? scheme.tokenUrl ?? scheme.issuer) : selfMadeHost(scheme, settings);
}
