/**
 * Decides whether a way out is allowed, and to which addresses.
 *
 * Owns: the deployment's exceptions.
 * Does not own: sockets, requests, the connector's host list (the caller hands in whether it grants the host).
 * Talks to: Resolver.
 * Invariants:
 *   G1. Without an exception only https to port 443 of public addresses is allowed.
 *   G2. A name is refused when any one of its addresses is blocked.
 *   G3. The addresses returned are the ones to dial; nothing is resolved again between check and connect.
 *   G4. Link-local, metadata and multicast addresses are reached only where the literal itself is excepted, never by a name.
 *   G5. A refusal looks the same whatever caused it: EGRESS_DENIED, the target, and the entry that would allow it.
 */
import { isIP } from "node:net";
import { MortiseError } from "@mortise/contract";
import { addressReach } from "./address-rules.ts";
import { type AllowList, type EgressScheme, normaliseHost } from "./allow-list.ts";
import type { Resolver } from "./resolve-host.ts";

/** Where something wants to go. */
export interface EgressTarget {
  readonly scheme: EgressScheme;
  readonly host: string;
  readonly port: number;
}

/** An address that passed. */
export interface CheckedAddress {
  readonly address: string;
  readonly family: number;
}

const LOCAL_NAMES = /(?:^|\.)(?:local|internal|localhost|home\.arpa|localdomain|lan|intranet|corp)$/;

export class EgressGuard {
  readonly #allow: AllowList;
  readonly #resolver: Resolver;

  constructor(allow: AllowList, resolver: Resolver) {
    this.#allow = allow;
    this.#resolver = resolver;
  }

  /** What can be told without resolving: scheme, port, user info, the shape of the name, literal addresses. Throws `EGRESS_DENIED`. */
  checkUrl(url: URL, granted: (host: string) => boolean): EgressTarget {
    const target = this.checkGrant(url, granted);
    this.#checkName(target);
    return target;
  }

  /** The part of it that the connector's contract answers for: scheme, user info, its hosts. Throws `EGRESS_DENIED`. */
  checkGrant(url: URL, granted: (host: string) => boolean): EgressTarget {
    const scheme = url.protocol === "https:" ? "https" : url.protocol === "http:" ? "http" : undefined;
    // A URL's own host name is normal already (WHATWG URL §3.5), but for brackets and the dot of the root.
    const host = hostOf(url.hostname);
    if (scheme === undefined || url.username !== "" || url.password !== "" || host === "") {
      throw new MortiseError("EGRESS_DENIED", `${url.protocol}//${host} is no place that calls may go to.`, {
        remedy: "Use an https URL without user name and password in it.",
      });
    }
    if (!granted(host)) throw notGranted(host);
    return { scheme, host, port: url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port) };
  }

  /** The same for a TCP socket of an operation's own code: it always needs an exception. Throws `EGRESS_DENIED`. */
  checkTcp(host: string, port: number, granted: (host: string) => boolean): EgressTarget {
    const target = { scheme: "tcp", host: normaliseHost(host), port } as const;
    if (!granted(target.host)) throw notGranted(target.host);
    this.#checkName(target);
    return target;
  }

  /** Throws `EGRESS_DENIED` unless the socket, or a folder above it, is excepted. */
  checkSocket(socketPath: string): void {
    if (!this.#allow.permitsSocket(socketPath)) throw denied(`unix:${socketPath}`);
  }

  /** The addresses to dial. Throws `EGRESS_DENIED`, or the resolver's error. */
  async addresses(target: EgressTarget): Promise<readonly CheckedAddress[]> {
    this.#checkName(target);
    const family = isIP(target.host);
    if (family !== 0) return [{ address: target.host, family }];
    const found = await this.#resolver(target.host);
    const excepted = this.#excepted(target);
    const reachable = found.every(({ address }) => {
      const reach = addressReach(address);
      return reach === "public" || (excepted && reach === "private");
    });
    if (!reachable || found.length === 0) throw denied(nameOf(target));
    return found.map(({ address, family: kind }) => ({ address, family: kind }));
  }

  /** Whether the address that a socket really reached is one of those that were checked. */
  confirms(checked: CheckedAddress, remote: string | undefined): boolean {
    return remote !== undefined && normaliseHost(remote) === normaliseHost(checked.address);
  }

  #excepted({ scheme, host, port }: EgressTarget): boolean {
    return this.#allow.permits(scheme, host, port);
  }

  #checkName(target: EgressTarget): void {
    if (this.#excepted(target)) return;
    const literal = isIP(target.host) !== 0;
    const nameIsPublic = literal
      ? addressReach(target.host) === "public"
      : target.host.includes(".") && !LOCAL_NAMES.test(target.host);
    if (target.scheme !== "https" || target.port !== 443 || !nameIsPublic) throw denied(nameOf(target));
  }
}

/** The host of a target as a client of Node was asked for it: without brackets and trailing dot, in lower case. */
export function hostOf(hostname: string): string {
  const isBracketed = hostname.startsWith("[") && hostname.endsWith("]");
  const end = isBracketed || hostname.endsWith(".") ? -1 : undefined;
  return (isBracketed || end !== undefined ? hostname.slice(isBracketed ? 1 : 0, end) : hostname).toLowerCase();
}

function nameOf({ scheme, host, port }: EgressTarget): string {
  const shown = host.includes(":") ? `[${host}]` : host;
  return scheme === "https" && port === 443 ? `https://${shown}` : `${scheme}://${shown}:${port}`;
}

function denied(entry: string): MortiseError {
  return new MortiseError("EGRESS_DENIED", `Calls to ${entry} are not allowed here.`, {
    remedy: `If it is meant to be reached, add "${entry}" to egress.allow in the deployment's configuration.`,
  });
}

function notGranted(host: string): MortiseError {
  return new MortiseError("EGRESS_DENIED", `The connector's contract does not list the host ${host}.`, {
    remedy: `If the connector is meant to call it, its author adds "${host}" to hosts in the contract.`,
  });
}
