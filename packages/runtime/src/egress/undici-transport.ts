import type { IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { Agent, Client, Dispatcher } from "undici";
import { elapsedMs } from "../system-clock.ts";
import type { BeforeSend } from "./before-send.ts";
import type { OpenCertificate } from "./client-certificate.ts";
import type { Dialer } from "./dialer.ts";
import { hostOf } from "./egress-guard.ts";
import { Pooled, poolOf } from "./pooled.ts";
import { type HopFlow, type HopReceiver, MAX_HEADER_BYTES, type Transport, type TransportHop } from "./transport.ts";
import { isUpload } from "./upload-source.ts";

/** Loaded by whoever asks for it: those who do not need not wait for it. */
const load = (): typeof import("undici") => createRequire(import.meta.url)("undici");

const ALPN = ["h2", "http/1.1"];
/** Phases have the caller's limits, so that undici keeps none (0). */
const OPTIONS = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 0, bodyTimeout: 0, allowH2: true } as const;
/** Sockets of one origin, ms they are kept idle, and streams on one HTTP/2 connection. */
const KEEP = {
  connections: 256,
  keepAliveTimeout: 15_000,
  keepAliveMaxTimeout: 30_000,
  h2Options: { maxConcurrentStreams: 100 },
} as const;

/** How long sockets are used, ms; then new ones take their place. undici's own limit asks the clock for every socket at every request. */
const USED_MS = 300_000;

/** What undici's dispatchers call to get a socket. */
type Connect = NonNullable<Extract<Agent.Options["connect"], (...given: never[]) => unknown>>;

/** Carries hops with undici: HTTP/2 where the server offers it by ALPN (RFC 7301), else HTTP/1.1. */
export class UndiciTransport implements Transport {
  readonly #dialer: Dialer;
  readonly #pools = new Pooled<AgingAgent>(({ agent }) => void agent.close());
  readonly #single = new Set<Client>();
  readonly #undici = load();

  constructor(dialer: Dialer) {
    this.#dialer = dialer;
  }

  dispatch(hop: TransportHop, receiver: HopReceiver): HopFlow {
    const own = hop.beforeSend === undefined ? undefined : this.#singleUse(hop, hop.beforeSend);
    const flow = new UndiciFlow(receiver, own === undefined ? undefined : () => this.#end(own));
    const { url, method, headers } = hop;
    const body = isUpload(hop.body) ? flow.closing(hop.body.open(() => receiver.sending())) : (hop.body ?? null);
    try {
      (own ?? this.#pool(hop)).dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, flow);
    } catch (error) {
      flow.onResponseError(undefined, error as Error);
    }
    return flow;
  }

  close(): void {
    for (const { agent } of this.#pools.drain()) void agent.destroy();
    for (const client of this.#single) this.#end(client);
  }

  #pool(hop: TransportHop): Agent {
    const name = poolOf(hop);
    const known = this.#pools.get(name);
    const nowMs = elapsedMs();
    if (known !== undefined && nowMs < known.untilMs) return known.agent;
    const agent = new this.#undici.Agent({ ...OPTIONS, ...KEEP, connect: this.#connect(hop.certificate) });
    this.#pools.add(name, { agent, untilMs: nowMs + USED_MS });
    return agent;
  }

  /** A client that connects once: a request that must not be repeated is not carried to a second socket. */
  #singleUse({ url, certificate }: TransportHop, beforeSend: BeforeSend): Client {
    let dialled = false;
    const once = async (): Promise<void> => {
      if (dialled) throw Object.assign(new Error("the connection closed"), { code: "ECONNRESET" });
      dialled = true;
      await beforeSend();
    };
    const client = new this.#undici.Client(url.origin, { ...OPTIONS, pipelining: 0, connect: this.#connect(certificate, once) });
    this.#single.add(client);
    return client;
  }

  #end(client: Client): void {
    this.#single.delete(client);
    void client.destroy();
  }

  #connect(certificate: OpenCertificate | undefined, beforeSend?: BeforeSend): Connect {
    return ({ protocol, hostname, port }, callback) => {
      const scheme = protocol === "https:" ? "https" : "http";
      const target = { scheme, host: hostOf(hostname), port: Number(port || (scheme === "https" ? 443 : 80)) } as const;
      this.#dialer.openFor(target, { certificate, beforeSend, alpn: ALPN }).then(
        (socket) => callback(null, socket.on("error", endAtOnce)),
        (error: Error) => callback(error, null),
      );
    };
  }
}

interface AgingAgent {
  readonly agent: Agent;
  readonly untilMs: number;
}

class UndiciFlow implements HopFlow, Dispatcher.DispatchHandler {
  readonly #receiver: HopReceiver;
  readonly #release: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;
  #upload: Readable | undefined;

  /** @param release Ends what was opened for this hop alone. */
  constructor(receiver: HopReceiver, release: (() => void) | undefined) {
    this.#receiver = receiver;
    this.#release = release;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error("given up"));
    else this.#receiver.started();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#over || status < 200) return;
    const { rawHeaders } = controller;
    this.#receiver.head(status, headers, Array.isArray(rawHeaders) ? rawHeaders.length / 2 : Object.keys(headers).length);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) this.#receiver.data(chunk);
  }

  onResponseEnd(): void {
    if (this.#close()) this.#receiver.ended();
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#close()) this.#receiver.failed(inNodesWords(error));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (!this.#close()) return;
    this.#controller?.abort(new Error("given up"));
  }

  /** A body that is closed with this: of one that is given up before it is sent nobody else does it. */
  closing(upload: Readable): Readable {
    this.#upload = upload.on("error", () => undefined);
    return upload;
  }

  /** False where it was closed before. */
  #close(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#upload?.destroy();
    this.#release?.();
    return true;
  }
}

/** Else undici goes on to the end of the stream, and takes that for the reason: a TLS alert (RFC 8446 §6.2) would not be heard. */
function endAtOnce(this: Socket, error: Error): void {
  this.destroy(error);
}

const CODES: { readonly [code: string]: string } = {
  UND_ERR_SOCKET: "ECONNRESET",
  UND_ERR_INFO: "ECONNRESET",
  UND_ERR_DESTROYED: "ECONNRESET",
  UND_ERR_CLOSED: "ECONNRESET",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "ECONNRESET",
  UND_ERR_HEADERS_OVERFLOW: "HPE_HEADER_OVERFLOW",
};

/** An error of undici's own with the code that Node gives for the same. */
function inNodesWords(error: Error): Error {
  const code = "code" in error && typeof error.code === "string" ? CODES[error.code] : undefined;
  return code === undefined ? error : Object.assign(new Error(error.message, { cause: error }), { code });
}
