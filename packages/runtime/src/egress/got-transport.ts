import type { ClientRequest, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import got, { type Request as GotStream, type Method } from "got";
import type { Dialer } from "./dialer.ts";
import { type AgentPair, destroyAgents, pooledAgents, retireAgents, singleUseAgents } from "./guarded-agent.ts";
import { IdleSockets } from "./idle-sockets.ts";
import { Pooled, poolOf } from "./pooled.ts";
import { type HopFlow, type HopReceiver, MAX_HEADER_BYTES, type Transport, type TransportHop } from "./transport.ts";
import { isUpload } from "./upload-source.ts";

const carry = got.extend({
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
  decompress: false,
  maxHeaderSize: MAX_HEADER_BYTES,
  headers: { "user-agent": undefined },
});

/** Carries hops with got over HTTP/1.1: the default. */
export class GotTransport implements Transport {
  readonly #dialer: Dialer;
  readonly #idle = new IdleSockets();
  readonly #pools = new Pooled<AgentPair>(retireAgents);

  constructor(dialer: Dialer) {
    this.#dialer = dialer;
  }

  dispatch(hop: TransportHop, receiver: HopReceiver): HopFlow {
    const own = hop.beforeSend === undefined ? undefined : singleUseAgents(this.#dialer, hop.beforeSend, hop.certificate);
    const agent = own ?? this.#pool(hop);
    const stream = carry.stream(hop.url, {
      method: hop.method as Method,
      headers: hop.headers,
      ...payload(hop, receiver),
      agent,
    });
    return new GotFlow(stream, receiver, own);
  }

  close(): void {
    for (const agents of this.#pools.drain()) destroyAgents(agents);
  }

  #pool(hop: TransportHop): AgentPair {
    const name = poolOf(hop);
    return this.#pools.get(name) ?? this.#pools.add(name, pooledAgents(this.#dialer, this.#idle, hop.certificate));
  }
}

/** Without a body, a stream of got waits for one to be piped in wherever the method may have one. */
function payload(
  { method, body }: TransportHop,
  receiver: HopReceiver,
): { readonly body?: string | Buffer | Readable; readonly allowGetBody?: boolean } {
  if (isUpload(body)) return { body: body.open(() => receiver.sending()) };
  if (body !== undefined) return { body, allowGetBody: method === "GET" };
  return method === "GET" || method === "HEAD" ? {} : { body: "" };
}

class GotFlow implements HopFlow {
  readonly #stream: GotStream;
  readonly #own: AgentPair | undefined;
  #request: ClientRequest | undefined;
  #over = false;

  constructor(stream: GotStream, receiver: HopReceiver, own: AgentPair | undefined) {
    this.#stream = stream;
    this.#own = own;
    stream.on("request", (request: ClientRequest) => {
      this.#request = request;
      request.once("socket", () => this.#over || receiver.started());
    });
    stream.on("response", (response: IncomingMessage) => {
      if (!this.#over) receiver.head(response.statusCode ?? 0, response.headers, response.rawHeaders.length / 2);
    });
    stream.on("data", (chunk: Buffer) => this.#over || receiver.data(chunk));
    stream.on("end", () => {
      if (this.#over) return;
      // All of it was sent and read: nothing is left to end, which is much for a stream of got.
      if (this.#request?.writableFinished === true && this.#own === undefined) this.#over = true;
      else this.#close();
      receiver.ended();
    });
    stream.on("error", (error: Error) => {
      if (this.#close()) receiver.failed(error);
    });
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  abort(): void {
    this.#close();
  }

  /** Undefined where it was closed before. */
  #close(): true | undefined {
    if (this.#over) return undefined;
    this.#over = true;
    this.#stream.destroy();
    if (this.#own !== undefined) destroyAgents(this.#own);
    return true;
  }
}
