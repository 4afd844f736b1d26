import { parseAllowList } from "../../src/egress/allow-list.ts";
import { Authorities } from "../../src/egress/authorities.ts";
import { Dialer } from "../../src/egress/dialer.ts";
import { EgressClient, type EgressRequest } from "../../src/egress/egress-client.ts";
import { EgressGuard } from "../../src/egress/egress-guard.ts";
import { openTransport } from "../../src/egress/open-transport.ts";
import { ProxyRoute, type ProxySettings } from "../../src/egress/proxy-route.ts";
import { type Resolver, systemResolver } from "../../src/egress/resolve-host.ts";
import type { TransportName } from "../../src/egress/transport.ts";

/** Every adapter: what is true of one must be true of all. */
export const TRANSPORTS: readonly TransportName[] = ["got", "undici"];

export interface EgressOptions {
  readonly allow?: readonly string[];
  readonly resolver?: Resolver;
  readonly proxy?: ProxySettings;
  readonly ca?: readonly string[];
}

/** An egress client over a transport, as a runtime makes it. */
export function egressOver(
  name: TransportName,
  { allow = [], resolver = systemResolver, proxy, ca }: EgressOptions = {},
): EgressClient {
  const guard = new EgressGuard(parseAllowList({ allow }), resolver);
  const authorities = new Authorities(ca);
  const route = proxy === undefined ? undefined : new ProxyRoute(proxy);
  const dialer = new Dialer({ guard, resolver, authorities, proxy: route });
  return new EgressClient({ guard, authorities, transport: openTransport(name, dialer) });
}

/** A request with everything that a test does not care about filled in. Without `beforeSend` it may be repeated. */
export function requestTo(url: string, parts: Partial<EgressRequest> = {}): EgressRequest {
  return {
    method: "GET",
    url: new URL(url),
    headers: {},
    secretHeaders: [],
    granted: () => true,
    pool: "tenant/main",
    limitMs: 60_000,
    firstByteMs: 60_000,
    signal: new AbortController().signal,
    ...parts,
  };
}

/** The same, of a write that must not be repeated. */
export function writeTo(url: string, parts: Partial<EgressRequest> = {}): EgressRequest {
  return requestTo(url, { method: "POST", body: "{}", beforeSend: async () => undefined, ...parts });
}

/** What a promise was rejected with. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<{ readonly code?: string; readonly reach?: string; readonly message: string }> {
  try {
    await work;
  } catch (error) {
    return error as { code?: string; reach?: string; message: string };
  }
  throw new Error("There was no failure.");
}
