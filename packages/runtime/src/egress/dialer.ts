import net from "node:net";
import tls from "node:tls";
import { MortiseError } from "@mortise/contract";
import { later } from "../system-clock.ts";
import { askForTunnel } from "./ask-for-tunnel.ts";
import type { Authorities } from "./authorities.ts";
import type { BeforeSend } from "./before-send.ts";
import type { OpenCertificate } from "./client-certificate.ts";
import type { CheckedAddress, EgressGuard, EgressTarget } from "./egress-guard.ts";
import type { ProxyRoute } from "./proxy-route.ts";
import type { Resolver } from "./resolve-host.ts";

/** Limits of the phases before the first byte, ms. */
export const DIAL_LIMITS = Object.freeze({ dnsMs: 2_000, connectMs: 5_000, tlsMs: 5_000 });

/** TLS over the socket, or not. `servername` is absent for literal addresses (RFC 6066 §3). */
export interface DialOptions {
  readonly tls: boolean;
  readonly servername?: string;
  /** Shown to a server that asks for one. Absent: none is. */
  readonly certificate?: OpenCertificate | undefined;
  /** Protocols offered by ALPN (RFC 7301). Absent: HTTP/1.1. */
  readonly alpn?: readonly string[] | undefined;
  readonly signal?: AbortSignal;
}

/** What happens on the way to a socket of a transport. */
export interface Opening {
  readonly beforeSend?: BeforeSend | undefined;
  readonly certificate?: OpenCertificate | undefined;
  readonly alpn?: readonly string[] | undefined;
}

/** A failure before anything was sent: name resolution, connecting, TLS. Safe to retry whatever the operation does. */
export class DialError extends Error {
  override readonly name = "DialError";
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a dialer is made of. */
export interface DialerParts {
  readonly guard: EgressGuard;
  /** Finds the addresses of the proxy, which are not checked. */
  readonly resolver: Resolver;
  /** Absent: Node's own authorities. */
  readonly authorities?: Authorities | undefined;
  /** Absent: every socket goes straight to its target. */
  readonly proxy?: ProxyRoute | undefined;
}

/** Opens sockets to checked targets; nothing else in the runtime does. */
export class Dialer {
  readonly #guard: EgressGuard;
  readonly #resolver: Resolver;
  readonly #authorities: Authorities | undefined;
  readonly #proxy: ProxyRoute | undefined;

  constructor({ guard, resolver, authorities, proxy }: DialerParts) {
    this.#guard = guard;
    this.#resolver = resolver;
    this.#authorities = authorities;
    this.#proxy = proxy;
  }

  /**
   * Resolves once, dials the checked addresses in turn, verifies the peer's address, then speaks TLS. Throws `EGRESS_DENIED`,
   * `MISCONFIGURED` (the proxy wants a credential) or {@link DialError}.
   */
  async dial(target: EgressTarget, options: DialOptions): Promise<net.Socket> {
    const shown = `${target.host}:${target.port}`;
    const resolved = this.#guard.addresses(target);
    const addresses = await within(resolved, DIAL_LIMITS.dnsMs, `The name ${target.host} was not resolved`);
    let failure: unknown;
    for (const checked of addresses) {
      try {
        const proxy = this.#proxy?.leads(target, checked) === true ? this.#proxy : undefined;
        const plain = await (proxy === undefined
          ? this.#straight(target, checked, options)
          : this.#tunnel(proxy, target, checked, options));
        return options.tls ? await this.#secure(plain, target.host, options) : plain;
      } catch (error) {
        if (error instanceof MortiseError || options.signal?.aborted) throw error;
        failure = error;
      }
    }
    const code = errorCode(failure) ?? "ECONNREFUSED";
    throw new DialError(`${shown} could not be reached: ${failure instanceof Error ? failure.message : code}`, code, failure);
  }

  /** A socket for HTTP, whose commit point is passed. Throws as {@link dial} does, and what `beforeSend` rejects with. */
  async openFor(target: EgressTarget, { beforeSend, certificate, alpn }: Opening): Promise<net.Socket> {
    const tls = target.scheme === "https";
    const options =
      tls && net.isIP(target.host) === 0 ? { tls, servername: target.host, certificate, alpn } : { tls, certificate, alpn };
    const socket = await this.dial(target, options);
    return beforeSend === undefined ? socket : committed(socket, target, beforeSend);
  }

  async #straight(target: EgressTarget, checked: CheckedAddress, options: DialOptions): Promise<net.Socket> {
    const socket = await settled(
      net.connect({ host: checked.address, port: target.port }),
      "connect",
      DIAL_LIMITS.connectMs,
      options,
    );
    if (this.#guard.confirms(checked, socket.remoteAddress)) return socket;
    socket.destroy();
    throw new MortiseError(
      "EGRESS_DENIED",
      `The connection to ${target.host}:${target.port} reached another address than the one that was checked.`,
    );
  }

  /** A socket through the proxy, which ends at the target. */
  async #tunnel(proxy: ProxyRoute, target: EgressTarget, checked: CheckedAddress, options: DialOptions): Promise<net.Socket> {
    const socket = await this.#toProxy(proxy, options);
    const limit = `The proxy ${proxy.host}:${proxy.port} opened no tunnel`;
    try {
      const status = await within(askForTunnel(socket, proxy.request(target, checked)), DIAL_LIMITS.connectMs, limit);
      if (status >= 200 && status < 300) return socket;
      throw proxy.refusal(status, target) ?? new DialError(`the proxy answered ${status}`, "ECONNREFUSED");
    } catch (error) {
      socket.on("error", () => undefined);
      socket.destroy();
      throw error;
    }
  }

  async #toProxy({ host, port, isSecure }: ProxyRoute, options: DialOptions): Promise<net.Socket> {
    const failed = `The proxy ${host} was not resolved`;
    const found = net.isIP(host) === 0 ? await within(this.#resolver(host), DIAL_LIMITS.dnsMs, failed) : [{ address: host }];
    let failure: unknown = new DialError(failed, "ENOTFOUND");
    for (const { address } of found) {
      try {
        const plain = await settled(net.connect({ host: address, port }), "connect", DIAL_LIMITS.connectMs, options);
        const { signal } = options;
        const named = net.isIP(host) === 0 ? { servername: host } : {};
        return isSecure
          ? await this.#secure(plain, host, { tls: true, ...named, ...(signal === undefined ? {} : { signal }) })
          : plain;
      } catch (error) {
        if (options.signal?.aborted) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** `host` is what the server's certificate must name, also where it is an address (RFC 9110 §4.3.4). */
  #secure(plain: net.Socket, host: string, { servername, certificate, alpn, signal }: DialOptions): Promise<net.Socket> {
    const context = certificate?.context ?? this.#authorities?.context();
    const secured = tls.connect({
      socket: plain,
      ALPNProtocols: [...(alpn ?? ["http/1.1"])],
      host,
      ...(servername === undefined ? {} : { servername }),
      ...(context === undefined ? {} : { secureContext: context }),
    });
    return settled(secured, "secureConnect", DIAL_LIMITS.tlsMs, { signal });
  }
}

/** Passes the commit point with the socket open. Nothing has been sent where this throws. */
async function committed(socket: net.Socket, { host, port }: EgressTarget, beforeSend: BeforeSend): Promise<net.Socket> {
  // The other side may hang up meanwhile: an error that nobody hears ends the process.
  let broken: Error | undefined;
  const heard = (error: Error): void => {
    broken = error;
  };
  socket.on("error", heard);
  try {
    await beforeSend();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  if (socket.destroyed)
    throw new DialError(`${host}:${port} closed the connection: ${broken?.message ?? "no reason"}`, "ECONNRESET", broken);
  socket.off("error", heard);
  return socket;
}

/** Opens a Unix socket that the guard has passed. */
export async function dialSocket(socketPath: string, signal?: AbortSignal): Promise<net.Socket> {
  try {
    return await settled(net.connect({ path: socketPath }), "connect", DIAL_LIMITS.connectMs, { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new DialError(`${socketPath} could not be reached: ${String(error)}`, errorCode(error) ?? "ECONNREFUSED", error);
  }
}

function settled<S extends net.Socket>(
  socket: S,
  event: string,
  limitMs: number,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      callOff();
      socket.off("error", fail);
      signal?.removeEventListener("abort", abort);
      act();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        socket.on("error", () => undefined);
        socket.destroy();
        reject(error);
      });
    const abort = (): void => fail(signal?.reason);
    const callOff = later(limitMs, () => fail(new DialError(`no ${event} within ${limitMs} ms`, "ETIMEDOUT")));
    socket.once("error", fail);
    socket.once(event, () => settle(() => resolve(socket)));
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}

async function within<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let callOff = (): void => undefined;
  const limit = new Promise<never>((_, reject) => {
    callOff = later(limitMs, () => reject(new DialError(`${what} within ${limitMs} ms`, "ETIMEDOUT")));
  });
  try {
    return await Promise.race([work, limit]);
  } catch (error) {
    if (error instanceof MortiseError || error instanceof DialError) throw error;
    throw new DialError(
      `${what}: ${error instanceof Error ? error.message : String(error)}`,
      errorCode(error) ?? "ENOTFOUND",
      error,
    );
  } finally {
    callOff();
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
