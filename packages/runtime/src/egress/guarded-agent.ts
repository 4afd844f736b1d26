import http from "node:http";
import https from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { OpenCertificate } from "./client-certificate.ts";
import { dial } from "./dial.ts";
import type { EgressGuard, EgressTarget } from "./egress-guard.ts";

type Connected = (error: Error | null, socket: Duplex) => void;
/** Called between connecting and the first byte; a rejection sends nothing. */
export type BeforeSend = () => Promise<void>;

/** Agents of one pool: sockets are shared inside of it only. */
export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

const KEEP = {
  keepAlive: true,
  keepAliveMsecs: 15_000,
  maxSockets: 256,
  maxFreeSockets: 16,
  timeout: 30_000,
  scheduling: "lifo",
} as const;

/** Agents that keep sockets for the next request of the same pool (30 s idle, not holding the process). */
export function pooledAgents(guard: EgressGuard, certificate?: OpenCertificate): AgentPair {
  return { http: new PlainAgent(guard, KEEP), https: new SecureAgent(guard, KEEP, { certificate }) };
}

/** Agents for one request that must not meet a socket which the server is just closing. */
export function singleUseAgents(guard: EgressGuard, beforeSend: BeforeSend, certificate?: OpenCertificate): AgentPair {
  const options = { keepAlive: false };
  return {
    http: new PlainAgent(guard, options, { beforeSend }),
    https: new SecureAgent(guard, options, { beforeSend, certificate }),
  };
}

/** What happens on the way to a socket. */
interface Opening {
  readonly beforeSend?: BeforeSend;
  readonly certificate?: OpenCertificate | undefined;
}

class PlainAgent extends http.Agent {
  readonly #guard: EgressGuard;
  readonly #opening: Opening;

  constructor(guard: EgressGuard, options: http.AgentOptions, opening: Opening = {}) {
    super(options);
    this.#guard = guard;
    this.#opening = opening;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Connected): undefined {
    open(this.#guard, targetOf(options, "http"), this.#opening, callback);
  }
}

class SecureAgent extends https.Agent {
  readonly #guard: EgressGuard;
  readonly #opening: Opening;

  constructor(guard: EgressGuard, options: https.AgentOptions, opening: Opening = {}) {
    super(options);
    this.#guard = guard;
    this.#opening = opening;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Connected): undefined {
    open(this.#guard, targetOf(options, "https"), this.#opening, callback);
  }
}

function open(
  guard: EgressGuard,
  target: EgressTarget,
  { beforeSend, certificate }: Opening,
  callback: Connected | undefined,
): void {
  const secure = target.scheme === "https";
  const name = secure && isIP(target.host) === 0 ? { servername: target.host } : {};
  const ready = async (): Promise<Socket> => {
    const shown = secure && certificate !== undefined ? { certificate } : {};
    const socket = await dial(guard, target, { tls: secure, ...name, ...shown });
    try {
      await beforeSend?.();
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
  ready().then(
    (socket) => callback?.(null, socket),
    (error: Error) => callback?.(error, undefined as unknown as Duplex),
  );
}

/** The target again, from what the agent was asked for: it was checked as a URL before, and `addresses` checks what it resolves to. */
function targetOf({ host, hostname, port }: http.ClientRequestArgs, scheme: "http" | "https"): EgressTarget {
  const name = (hostname ?? host ?? "")
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  return { scheme, host: name, port: Number(port ?? (scheme === "https" ? 443 : 80)) };
}
