import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { BeforeSend } from "./before-send.ts";
import type { OpenCertificate } from "./client-certificate.ts";
import type { Dialer } from "./dialer.ts";
import { type EgressTarget, hostOf } from "./egress-guard.ts";
import { type IdleSockets, restOf } from "./idle-sockets.ts";

type Connected = (error: Error | null, socket: Duplex) => void;

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
  scheduling: "lifo",
} as const;

/** Agents that keep sockets for the next request of the same pool (30 s idle, not holding the process). */
export function pooledAgents(dialer: Dialer, idle: IdleSockets, certificate?: OpenCertificate): AgentPair {
  return { http: new PlainAgent(dialer, KEEP, { idle }), https: new SecureAgent(dialer, KEEP, { idle, certificate }) };
}

/** Agents for one request that must not meet a socket which the server is just closing. */
export function singleUseAgents(dialer: Dialer, beforeSend: BeforeSend, certificate?: OpenCertificate): AgentPair {
  const options = { keepAlive: false };
  return {
    http: new PlainAgent(dialer, options, { beforeSend }),
    https: new SecureAgent(dialer, options, { beforeSend, certificate }),
  };
}

/** What happens on the way to a socket. */
interface Opening {
  readonly beforeSend?: BeforeSend;
  readonly certificate?: OpenCertificate | undefined;
  /** Absent: no socket is kept. */
  readonly idle?: IdleSockets;
}

class PlainAgent extends http.Agent {
  readonly #dialer: Dialer;
  readonly #opening: Opening;

  constructor(dialer: Dialer, options: http.AgentOptions, opening: Opening = {}) {
    super(options);
    this.#dialer = dialer;
    this.#opening = opening;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Connected): undefined {
    open(this.#dialer, targetOf(options, "http"), this.#opening, callback);
  }

  override keepSocketAlive(socket: Duplex): boolean {
    return mayRest(super.keepSocketAlive(socket), socket, this.#opening);
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    this.#opening.idle?.take(socket);
    super.reuseSocket(socket, request);
  }
}

class SecureAgent extends https.Agent {
  readonly #dialer: Dialer;
  readonly #opening: Opening;

  constructor(dialer: Dialer, options: https.AgentOptions, opening: Opening = {}) {
    super(options);
    this.#dialer = dialer;
    this.#opening = opening;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Connected): undefined {
    open(this.#dialer, targetOf(options, "https"), this.#opening, callback);
  }

  override keepSocketAlive(socket: Duplex): boolean {
    return mayRest(super.keepSocketAlive(socket), socket, this.#opening);
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    this.#opening.idle?.take(socket);
    super.reuseSocket(socket, request);
  }
}

/** `kept`: what Node's own agent says; its types know nothing of it. */
function mayRest(kept: unknown, socket: Duplex, { idle }: Opening): boolean {
  if (kept !== true) return false;
  idle?.rest(socket, restOf(socket));
  return true;
}

function open(dialer: Dialer, target: EgressTarget, opening: Opening, callback: Connected | undefined): void {
  dialer.openFor(target, opening).then(
    (socket) => callback?.(null, socket),
    (error: Error) => callback?.(error, undefined as unknown as Duplex),
  );
}

/** The target again, from what the agent was asked for: it was checked as a URL before, and `addresses` checks what it resolves to. */
function targetOf({ host, hostname, port }: http.ClientRequestArgs, scheme: "http" | "https"): EgressTarget {
  return { scheme, host: hostOf(hostname ?? host ?? ""), port: Number(port ?? (scheme === "https" ? 443 : 80)) };
}

/** Closes every socket of a pool, those in use too. */
export function destroyAgents(agents: AgentPair): void {
  agents.http.destroy();
  agents.https.destroy();
}

/** Closes the sockets of a pool that are at rest, and each of the others once its request is done. */
export function retireAgents({ http: plain, https: secure }: AgentPair): void {
  for (const agent of [plain, secure]) {
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}
