/**
 * The one way out for HTTP: sends a request after the egress check and returns the answer, whole or as a stream.
 *
 * Owns: redirects, answers to challenges, what an answer may be at most.
 * Does not own: sockets (Transport, Dialer), retries, budgets, credentials (they are in the request it is given), what an answer means.
 * Talks to: EgressGuard, Transport, Exchange.
 * Invariants:
 *   E1. Every hop, the first and each redirect, passes the guard; the transport follows none by itself.
 *   E2. At most 5 redirects; https never leads to http; secret headers, cookies and the client certificate do not cross an origin.
 *   E3. An answer is read up to 10 MB after decompression unless a stream was asked for, its headers up to 16 KB and 100 lines.
 *   E4. A request that must not be repeated gets a fresh socket, and `beforeSend` settles between connecting and the first byte.
 *   E5. A failure says how far it got: `unsent` only when no byte of the request can have left.
 *   E6. A request is signed as it is sent, each hop and each answer to a challenge anew; a signature never crosses an origin. An answer to a
 *       challenge is a hop of the same request: it takes no permit of its own.
 */
import type { Readable } from "node:stream";
import type { StopController } from "../admission/stop-controller.ts";
import { elapsedMs } from "../system-clock.ts";
import type { Authorities } from "./authorities.ts";
import type { BeforeSend } from "./before-send.ts";
import { type ClientCertificate, openCertificate } from "./client-certificate.ts";
import type { EgressGuard } from "./egress-guard.ts";
import { type AnswerListener, Exchange, type ExchangeTerms, type Received } from "./exchange.ts";
import type { HopSigning } from "./hop-signing.ts";
import { ACCEPTED_ENCODINGS } from "./inflate.ts";
import type { OtherOrigin } from "./other-origins.ts";
import { type Hop, nextHop } from "./redirects.ts";
import type { Transport } from "./transport.ts";
import { TransportError } from "./transport-error.ts";
import { isUpload, type RequestBody } from "./upload-source.ts";

export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HOPS = 5;
/** A second one where the first answer came too late for its challenge. */
const MAX_CHALLENGES = 2;

/** A request as it goes out. */
export interface EgressRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: RequestBody;
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
  /** Limit of the wait for an answer's headers once the request is on its way, and of every silence after that, ms. */
  readonly firstByteMs: number;
  readonly signal: AbortSignal;
  /** What aborts the signal: watched in its place. Absent: the signal is listened to. */
  readonly stop?: StopController | undefined;
  /** Largest body, bytes after decompression. Absent: 10 MB; of a stream, any. */
  readonly maxBytes?: number;
  /** Is told of every hop's answer. */
  readonly listener?: AnswerListener;
}

/** An answer, whole; `url` is where it came from, after redirects. Header names are lower case; repeated ones are joined by `, ` (RFC 9110 §5.3). */
export type EgressAnswer = Received<Buffer>;

/**
 * An answer whose body is read as it comes, decompressed. A reader that stops stops the sender. The body ends only when it is whole; else it
 * is destroyed with what `send` would have thrown. Destroying it gives the rest up.
 */
export type EgressStream = Received<Readable>;

/** What an egress client is made of. */
export interface EgressParts {
  readonly guard: EgressGuard;
  readonly transport: Transport;
  /** Origins that are served by another one, which the guard lets through. Absent: none. */
  readonly elsewhere?: OtherOrigin;
  /** What is trusted beside a client certificate that names no authority. Absent: Node's own. */
  readonly authorities?: Authorities;
}

export class EgressClient {
  readonly #guard: EgressGuard;
  readonly #elsewhere: OtherOrigin;
  readonly #transport: Transport;
  readonly #authorities: Authorities | undefined;

  constructor({ guard, transport, elsewhere = () => undefined, authorities }: EgressParts) {
    this.#authorities = authorities;
    this.#guard = guard;
    this.#elsewhere = elsewhere;
    this.#transport = transport;
  }

  /** Sends, following redirects. Throws `EGRESS_DENIED`, `AUTH_FAILED` (client certificate), `LIMIT_EXCEEDED` or {@link TransportError}. */
  send(request: EgressRequest): Promise<EgressAnswer> {
    return this.#carry(request, false) as Promise<EgressAnswer>;
  }

  /** The same, and resolves with the headers: the body follows. `limitMs` holds until its end, so that long bodies want a long one. */
  open(request: EgressRequest): Promise<EgressStream> {
    return this.#carry(request, true) as Promise<EgressStream>;
  }

  /** Closes every socket. */
  close(): void {
    this.#transport.close();
  }

  /** Most requests are one hop that nobody signs: they cost one promise. */
  #carry(request: EgressRequest, isStreamed: boolean): Promise<AnyAnswer> {
    if (request.signing !== undefined) return this.#follow(request, isStreamed);
    return new Promise((resolve, reject) => {
      const answered = (received: AnyAnswer, beganMs: number): void => {
        const isLast = received.headers.location === undefined || request.followRedirects === false;
        resolve(isLast ? received : this.#follow(request, isStreamed, { received, beganMs }));
      };
      this.#exchange(request, this.#check(request), isStreamed, answered, reject);
    });
  }

  /** @param begun The first hop, where it has been made. */
  async #follow(
    request: EgressRequest,
    isStreamed: boolean,
    begun?: { readonly received: AnyAnswer; readonly beganMs: number },
  ): Promise<AnyAnswer> {
    let hop = request;
    let challenges = 0;
    let before = begun?.received;
    const beganMs = begun?.beganMs ?? elapsedMs();
    for (let hops = 0; ; hops++) {
      const { signed, received } =
        before === undefined ? await this.#hop(hop, isStreamed) : { signed: undefined, received: before };
      before = undefined;
      const { status, headers, body } = received;
      const isChallenge = signed !== undefined && hop.signing?.answered(signed, { status, headers }) === true;
      if (isChallenge && ++challenges <= MAX_CHALLENGES) {
        drop(body);
        hop = repeated(hop);
        hops--;
        continue;
      }
      const next = request.followRedirects === false ? undefined : nextHop(hop, { status, headers });
      if (next === undefined) return { status, headers, body, url: hop.url };
      drop(body);
      if (hops === MAX_HOPS) throw new TransportError(`more than ${MAX_HOPS} redirects`, "ERR_TOO_MANY_REDIRECTS", "answered");
      const certificate = next.url.origin === hop.url.origin ? hop.certificate : undefined;
      const limitMs = Math.max(1, request.limitMs - (elapsedMs() - beganMs));
      hop = { ...repeated(hop), ...next, certificate, limitMs };
    }
  }

  async #hop(
    hop: EgressRequest,
    isStreamed: boolean,
  ): Promise<{ readonly signed: Hop | undefined; readonly received: AnyAnswer }> {
    const elsewhere = this.#check(hop);
    const signed = await hop.signing?.sign(hop);
    const sent = signed === undefined ? hop : { ...hop, ...signed };
    const place = signed === undefined ? elsewhere : this.#elsewhere(signed.url);
    const received = await new Promise<AnyAnswer>((resolve, reject) => {
      this.#exchange(sent, place, isStreamed, resolve, reject);
    });
    return { signed, received };
  }

  /** Where a hop really goes; undefined: where it says. Throws `EGRESS_DENIED`. */
  #check({ url, granted }: EgressRequest): URL | undefined {
    const elsewhere = this.#elsewhere(url);
    if (elsewhere === undefined) this.#guard.checkUrl(url, granted);
    else this.#guard.checkGrant(url, granted);
    return elsewhere;
  }

  #exchange(
    request: EgressRequest,
    elsewhere: URL | undefined,
    isStreamed: boolean,
    resolve: (received: AnyAnswer, beganMs: number) => void,
    reject: (error: Error) => void,
  ): void {
    const { method, url, body, pool, beforeSend, signal } = request;
    const certificate = request.certificate === undefined ? undefined : openCertificate(request.certificate, this.#authorities);
    const headers: { [name: string]: string } = { ...request.headers };
    headers["user-agent"] ??= "mortise";
    headers["accept-encoding"] ??= ACCEPTED_ENCODINGS;
    if (elsewhere !== undefined) headers.host = url.host;
    if (isUpload(body) && body.length !== undefined) headers["content-length"] = String(body.length);
    const terms: ExchangeTerms = {
      url,
      limitMs: request.limitMs,
      firstByteMs: request.firstByteMs,
      maxBytes: request.maxBytes ?? (isStreamed ? undefined : MAX_BODY_BYTES),
      signal,
      stop: request.stop,
      listener: request.listener,
      bodiless: method === "HEAD",
      shown: certificate !== undefined,
    };
    new Exchange(terms, isStreamed, resolve, reject).run((receiver) =>
      this.#transport.dispatch({ method, url: elsewhere ?? url, headers, body, pool, certificate, beforeSend }, receiver),
    );
  }
}

type AnyAnswer = Received<Buffer | Readable>;

/** What follows a hop of the same request: the commit point has been passed, and once is enough. */
function repeated(hop: EgressRequest): EgressRequest {
  return hop.beforeSend === undefined ? hop : { ...hop, beforeSend: async () => undefined };
}

/** The rest of an answer that is not the last one. */
function drop(body: Buffer | Readable): void {
  if (!Buffer.isBuffer(body)) body.destroy();
}
