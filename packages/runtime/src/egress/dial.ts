import net from "node:net";
import tls from "node:tls";
import { MortiseError } from "@mortise/contract";
import { later } from "../system-clock.ts";
import type { OpenCertificate } from "./client-certificate.ts";
import type { EgressGuard, EgressTarget } from "./egress-guard.ts";

/** Limits of the phases before the first byte, ms. */
export const DIAL_LIMITS = Object.freeze({ dnsMs: 2_000, connectMs: 5_000, tlsMs: 5_000 });

/** TLS over the socket, or not. `servername` is absent for literal addresses (RFC 6066 §3). */
export interface DialOptions {
  readonly tls: boolean;
  readonly servername?: string;
  /** Shown to a server that asks for one. Absent: none is. */
  readonly certificate?: OpenCertificate;
  readonly signal?: AbortSignal;
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

/**
 * Opens a socket to a checked target: resolves once, dials the checked addresses in turn, verifies the peer's address, then speaks TLS.
 * Throws `EGRESS_DENIED` or {@link DialError}.
 */
export async function dial(guard: EgressGuard, target: EgressTarget, options: DialOptions): Promise<net.Socket> {
  const shown = `${target.host}:${target.port}`;
  const addresses = await within(guard.addresses(target), DIAL_LIMITS.dnsMs, `The name ${target.host} was not resolved`);
  let failure: unknown;
  for (const checked of addresses) {
    try {
      const plain = await connect(
        net.connect({ host: checked.address, port: target.port }),
        "connect",
        DIAL_LIMITS.connectMs,
        options,
      );
      if (!guard.confirms(checked, plain.remoteAddress)) {
        plain.destroy();
        throw new MortiseError(
          "EGRESS_DENIED",
          `The connection to ${shown} reached another address than the one that was checked.`,
        );
      }
      return options.tls ? await secure(plain, target.host, options) : plain;
    } catch (error) {
      if (error instanceof MortiseError || options.signal?.aborted) throw error;
      failure = error;
    }
  }
  const code = errorCode(failure) ?? "ECONNREFUSED";
  throw new DialError(`${shown} could not be reached: ${failure instanceof Error ? failure.message : code}`, code, failure);
}

/** Opens a Unix socket that the guard has passed. */
export async function dialSocket(socketPath: string, signal?: AbortSignal): Promise<net.Socket> {
  try {
    return await connect(net.connect({ path: socketPath }), "connect", DIAL_LIMITS.connectMs, { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new DialError(`${socketPath} could not be reached: ${String(error)}`, errorCode(error) ?? "ECONNREFUSED", error);
  }
}

/** `host` is what the server's certificate must name, also where it is an address (RFC 9110 §4.3.4). */
function secure(plain: net.Socket, host: string, { servername, certificate, signal }: DialOptions): Promise<net.Socket> {
  const options = {
    host,
    ...(servername === undefined ? {} : { servername }),
    ...(certificate === undefined ? {} : { secureContext: certificate.context }),
  };
  const secured = tls.connect({ socket: plain, ALPNProtocols: ["http/1.1"], ...options });
  return connect(secured, "secureConnect", DIAL_LIMITS.tlsMs, { signal });
}

function connect<S extends net.Socket>(
  socket: S,
  event: string,
  limitMs: number,
  { signal }: { signal?: AbortSignal },
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
