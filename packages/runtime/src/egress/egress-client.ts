/**
 * The one way out for HTTP: sends a request after the egress check and returns the whole answer.
 *
 * Owns: sockets (one pool of kept ones a connection), redirects, size limits, the phases' time limits.
 * Does not own: retries, budgets, credentials (they are in the request it is given), what an answer means.
 * Talks to: EgressGuard.
 * Invariants:
 *   E1. Every hop, the first and each redirect, passes the guard; got follows none by itself.
 *   E2. At most 5 redirects; https never leads to http; secret headers, cookies and the client certificate do not cross an origin.
 *   E3. An answer is read up to 10 MB after decompression, its headers up to 16 KB.
 *   E4. A request that must not be repeated gets a fresh socket, and `beforeSend` settles between connecting and the first byte.
 *   E5. A failure says how far it got: `unsent` only when no byte of the request can have left.
 *   E6. A request is signed as it is sent, each hop and each answer to a challenge anew; a signature never crosses an origin. An answer to a
 *       challenge is a hop of the same request: it takes no permit of its own.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isMortiseError, MortiseError } from "@mortise/contract";
import got, { type Request as GotStream, type Method, type PlainResponse } from "got";
import { type ClientCertificate, type OpenCertificate, openCertificate, refusesCertificate } from "./client-certificate.ts";
import { DialError } from "./dial.ts";
import type { EgressGuard } from "./egress-guard.ts";
import { type AgentPair, type BeforeSend, pooledAgents, singleUseAgents } from "./guarded-agent.ts";
import type { HopSigning } from "./hop-signing.ts";
import type { OtherOrigin } from "./other-origins.ts";
import { nextHop } from "./redirects.ts";
import { TransportError } from "./transport-error.ts";

export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HOPS = 5;
/** A second one where the first answer came too late for its challenge. */
const MAX_CHALLENGES = 2;
const MAX_POOLS = 500;

/** A request as it goes out. */
export interface EgressRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Buffer;
  /** Lower-case names of headers that must not cross an origin, besides `authorization` and `cookie`. */
  readonly secretHeaders: readonly string[];
  /** Secrets in the body, by field; a redirect to another origin is refused then. Absent: none. */
  readonly secretFields?: { readonly [name: string]: string };
  /** Signs each hop, as far as it stays on this origin, and answers challenges. Absent: requests go out as they are. */
  readonly signing?: HopSigning;
  /** Absent: true. False: a redirect is the answer. */
  readonly followRedirects?: boolean;
  /** Whether the contract lists a host. */
  readonly granted: (host: string) => boolean;
  /** Shown to servers that ask for one, on this origin only. Absent: none. */
  readonly certificate?: ClientCertificate | undefined;
  /** Sockets are shared by requests of the same pool, and of the same certificate, only: tenant and connection. */
  readonly pool: string;
  /** Present: the request must not be repeated (invariant E4). */
  readonly beforeSend?: BeforeSend;
  /** Limit of all hops together, ms. */
  readonly limitMs: number;
  /** Limit of the wait for the first byte of an answer, and of every silence after it, ms. */
  readonly firstByteMs: number;
  readonly signal: AbortSignal;
  /** Called when an answer's headers are there: the server has had the request. */
  readonly onAnswer?: () => void;
}

/** An answer, whole. Header names are lower case; repeated ones are joined by `, ` (RFC 9110 §5.3). */
export interface EgressAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  /** Where it came from, after redirects. */
  readonly url: URL;
}

export class EgressClient {
  readonly #guard: EgressGuard;
  readonly #elsewhere: OtherOrigin;
  readonly #pools = new Map<string, AgentPair>();

  /** @param elsewhere Origins that are served by another one, which the guard lets through. Absent: none. */
  constructor(guard: EgressGuard, elsewhere: OtherOrigin = () => undefined) {
    this.#guard = guard;
    this.#elsewhere = elsewhere;
  }

  /** Sends, following redirects. Throws `EGRESS_DENIED`, `AUTH_FAILED` (client certificate), `LIMIT_EXCEEDED` or {@link TransportError}. */
  async send(request: EgressRequest): Promise<EgressAnswer> {
    let hop = request;
    let challenges = 0;
    for (let hops = 0; ; hops++) {
      if (this.#elsewhere(hop.url) === undefined) this.#guard.checkUrl(hop.url, hop.granted);
      else this.#guard.checkGrant(hop.url, hop.granted);
      const signed = await hop.signing?.sign(hop);
      const answer = await this.#once(signed === undefined ? hop : { ...hop, ...signed });
      const isChallenge = signed !== undefined && hop.signing?.answered(signed, answer) === true;
      if (isChallenge && ++challenges <= MAX_CHALLENGES) {
        hop = repeated(hop);
        hops--;
        continue;
      }
      const next = request.followRedirects === false ? undefined : nextHop(hop, answer);
      if (next === undefined) return answer;
      if (hops === MAX_HOPS) throw new TransportError(`more than ${MAX_HOPS} redirects`, "ERR_TOO_MANY_REDIRECTS", "answered");
      const certificate = next.url.origin === hop.url.origin ? hop.certificate : undefined;
      hop = {
        ...repeated(hop),
        ...next,
        certificate,
      };
    }
  }

  /** Closes every kept socket. */
  close(): void {
    for (const agents of this.#pools.values()) destroy(agents);
    this.#pools.clear();
  }

  async #once(request: EgressRequest): Promise<EgressAnswer> {
    let reach: "unsent" | "sent" = request.beforeSend === undefined ? "sent" : "unsent";
    const beforeSend = async (): Promise<void> => {
      request.signal.throwIfAborted();
      await request.beforeSend?.();
      reach = "sent";
    };
    const certificate = request.certificate === undefined ? undefined : openCertificate(request.certificate);
    const agents =
      request.beforeSend === undefined
        ? this.#pool(request.pool, certificate)
        : singleUseAgents(this.#guard, beforeSend, certificate);
    const elsewhere = this.#elsewhere(request.url);
    const stream = got.stream(elsewhere ?? request.url, {
      method: request.method as Method,
      headers: { "user-agent": "mortise", ...request.headers, ...(elsewhere === undefined ? {} : { host: request.url.host }) },
      ...payload(request),
      agent: agents,
      followRedirect: false,
      retry: { limit: 0 },
      throwHttpErrors: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      timeout: { response: request.firstByteMs, socket: request.firstByteMs, request: request.limitMs },
      signal: request.signal,
    });
    try {
      return await collect(stream, request);
    } catch (error) {
      throw asTransportError(error, reach, request);
    } finally {
      stream.destroy();
      if (request.beforeSend !== undefined) destroy(agents);
    }
  }

  #pool(name: string, certificate: OpenCertificate | undefined): AgentPair {
    const key = certificate === undefined ? name : `${name} ${certificate.digest}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const oldest = this.#pools.size >= MAX_POOLS ? this.#pools.keys().next().value : undefined;
    if (oldest !== undefined) this.#pools.delete(oldest);
    const agents = pooledAgents(this.#guard, certificate);
    this.#pools.set(key, agents);
    return agents;
  }
}

/** What follows a hop of the same request: the commit point has been passed, and once is enough. */
function repeated(hop: EgressRequest): EgressRequest {
  return hop.beforeSend === undefined ? hop : { ...hop, beforeSend: async () => undefined };
}

/** Without a body, a stream of got waits for one to be piped in wherever the method may have one. */
function payload({ method, body }: EgressRequest): { readonly body?: string | Buffer; readonly allowGetBody?: boolean } {
  if (body !== undefined) return { body, allowGetBody: method === "GET" };
  return method === "GET" || method === "HEAD" ? {} : { body: "" };
}

async function collect(stream: GotStream, request: EgressRequest): Promise<EgressAnswer> {
  let head: PlainResponse | undefined;
  stream.once("response", (response: PlainResponse) => {
    head = response;
    request.onAnswer?.();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) {
      throw new MortiseError("LIMIT_EXCEEDED", `The answer is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB.`, {
        remedy: "Ask for less at once, for example by pages.",
      });
    }
    chunks.push(chunk as Buffer);
  }
  if (head === undefined) throw new TransportError("the connection closed without an answer", "ECONNRESET", "sent");
  return { status: head.statusCode, headers: joinHeaders(head.headers), body: Buffer.concat(chunks), url: request.url };
}

/** Finds the cause that got has wrapped, and says how far the request got. */
function asTransportError(error: unknown, reach: "unsent" | "sent", { signal, certificate }: EgressRequest): Error {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause === signal.reason) break;
    if (isMortiseError(cause) || cause instanceof TransportError) return cause;
    if (cause instanceof DialError) return new TransportError(cause.message, cause.code, "unsent", cause);
    if ("code" in cause && typeof cause.code === "string" && refusesCertificate(cause.code, certificate !== undefined))
      return new TransportError(cause.message, cause.code, "unsent", cause);
  }
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "ERR_TRANSPORT";
  return new TransportError(error instanceof Error ? error.message : String(error), code, reach, error);
}

function joinHeaders(headers: IncomingHttpHeaders): { readonly [name: string]: string } {
  const joined: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return joined;
}

function destroy(agents: AgentPair): void {
  agents.http.destroy();
  agents.https.destroy();
}
