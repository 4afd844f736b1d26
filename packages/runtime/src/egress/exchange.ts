/**
 * Takes in the answer to one hop: its phases' time, its size, its content coding.
 *
 * Owns: when the hop's time is up, what has been read of the body.
 * Does not own: sockets and framing (Transport), redirects, what an answer means.
 * Talks to: HopFlow (pauses and aborts), Inflation, DueTimes.
 * Invariants:
 *   X1. It settles once: with an answer whose body is whole, or with a failure that says how far the request got. After a failure the
 *       hop is given up.
 *   X2. A body that its framing or its content coding says is cut off is never an answer.
 *   X3. No more than `maxBytes` of a body are kept or handed on, counted after decompression; reading stops with the chunk that is over it.
 *   X4. Silence is measured while bytes are wanted: a reader that does not read keeps the hop waiting, not failing.
 */
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { MortiseError } from "@mortise/contract";
import type { StopController } from "../admission/stop-controller.ts";
import { elapsedMs } from "../system-clock.ts";
import { joinHeaders } from "./answer-headers.ts";
import { asTransportError } from "./as-transport-error.ts";
import { type Due, hopTimes } from "./due-times.ts";
import { type InflatedTo, Inflation, layersOf } from "./inflate.ts";
import { type HopFlow, type HopReceiver, MAX_HEADER_BYTES } from "./transport.ts";

const MAX_HEADER_FIELDS = 100;
/** What Node's own parser calls it. */
const HEADER_OVERFLOW = "HPE_HEADER_OVERFLOW";

/** Is told when an answer's headers are there: the server has had the request. */
export interface AnswerListener {
  answered(): void;
}

/** What bounds an exchange. Times in ms. */
export interface ExchangeTerms {
  /** Where the answer is said to come from. */
  readonly url: URL;
  /** All of it, from the dispatch to the end of the body. */
  readonly limitMs: number;
  /** From the first byte of the request to the last of the answer's headers, and every silence after that. */
  readonly firstByteMs: number;
  /** Absent: any size. */
  readonly maxBytes: number | undefined;
  readonly signal: AbortSignal;
  /** What aborts the signal: watched in its place. */
  readonly stop?: StopController | undefined;
  readonly listener: AnswerListener | undefined;
  /** Whether an answer may have a body: not to HEAD (RFC 9110 §9.3.2). */
  readonly bodiless: boolean;
  /** Whether a client certificate is shown. */
  readonly shown: boolean;
}

/** Status and headers, and the body whole, or as it comes. Header names are lower case. */
export interface Received<Body> {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Body;
  readonly url: URL;
}

export class Exchange implements HopReceiver, InflatedTo, Due {
  readonly #terms: ExchangeTerms;
  readonly #isStreamed: boolean;
  readonly #resolve: (answer: Received<Buffer | Readable>, beganMs: number) => void;
  readonly #reject: (error: Error) => void;
  readonly #beganMs = elapsedMs();
  #flow: HopFlow | undefined;
  #dueMs: number;
  /** When something was heard last; undefined before the socket is there. */
  #heardMs: number | undefined;
  #waitsForReader = false;
  #lookedTwice = false;
  #status = 0;
  #headers: { readonly [name: string]: string } | undefined;
  #inflation: Inflation | undefined;
  #stream: Readable | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  #isOver = false;

  /** @param resolve Is told the answer, and when the exchange began (on the clock of {@link elapsedMs}). */
  constructor(
    terms: ExchangeTerms,
    isStreamed: boolean,
    resolve: (answer: Received<Buffer | Readable>, beganMs: number) => void,
    reject: (error: Error) => void,
  ) {
    this.#terms = terms;
    this.#isStreamed = isStreamed;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#dueMs = this.#beganMs + Math.min(terms.firstByteMs, terms.limitMs);
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  /** Begins: `dispatch` sends the hop. */
  run(dispatch: (receiver: HopReceiver) => HopFlow): void {
    const { signal, stop } = this.#terms;
    if (signal.aborted) {
      this.handleEvent();
      return;
    }
    if (stop === undefined) signal.addEventListener("abort", this);
    else stop.watch(this);
    hopTimes.watch(this);
    this.#flow = dispatch(this);
    if (this.#isOver) this.#flow.abort();
  }

  /** The signal was aborted. */
  handleEvent(): void {
    const { reason } = this.#terms.signal;
    this.#fail(reason instanceof Error ? reason : new Error(String(reason)));
  }

  /** Something may have been heard since the time was set. */
  isDue(): void {
    const { firstByteMs, limitMs } = this.#terms;
    const now = elapsedMs();
    if (this.#waitsForReader) this.#heardMs = now;
    const quietFor = this.#heardMs === undefined ? 0 : now - this.#heardMs;
    const left = Math.min(firstByteMs - quietFor, limitMs - (now - this.#beganMs));
    // Time is up: what came while this process was busy is read before the next timer.
    const isLastLook = left <= 0.5 && !this.#lookedTwice;
    this.#lookedTwice = isLastLook;
    if (left > 0.5 || isLastLook) {
      this.#dueMs = now + Math.max(left, 1);
      hopTimes.watch(this);
      return;
    }
    const what = quietFor < firstByteMs ? `no end within ${limitMs} ms` : `nothing came for ${firstByteMs} ms`;
    this.#fail(Object.assign(new Error(what), { code: "ETIMEDOUT" }));
  }

  started(): void {
    this.#heardMs = elapsedMs();
  }

  sending(): void {
    if (this.#heardMs !== undefined) this.#heardMs = elapsedMs();
  }

  head(status: number, headers: IncomingHttpHeaders, fields: number): void {
    if (this.#isOver) return;
    this.#heardMs = elapsedMs();
    const { joined, bytes } = joinHeaders(headers);
    if (fields > MAX_HEADER_FIELDS || bytes > MAX_HEADER_BYTES) {
      const what = `an answer's headers were more than ${MAX_HEADER_BYTES / 1024} KB or ${MAX_HEADER_FIELDS} lines`;
      this.#fail(Object.assign(new Error(what), { code: HEADER_OVERFLOW }));
      return;
    }
    this.#status = status;
    this.#headers = joined;
    this.#terms.listener?.answered();
    const layers = this.#terms.bodiless || status === 204 || status === 304 ? undefined : layersOf(joined["content-encoding"]);
    if (layers !== undefined) this.#inflation = new Inflation(layers, this);
    if (!this.#isStreamed) return;
    const stream = new Readable({
      read: () => this.#wanted(),
      destroy: (error, done) => {
        if (!this.#isOver) this.#leave().abort();
        this.#inflation?.close();
        done(error);
      },
    });
    // Whoever reads it hears of a failure; one that comes before anybody reads must not end the process.
    stream.on("error", () => undefined);
    this.#stream = stream;
    this.#resolve({ status, headers: joined, body: stream, url: this.#terms.url }, this.#beganMs);
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    const now = elapsedMs();
    this.#heardMs = now;
    if (now - this.#beganMs > this.#terms.limitMs) {
      this.isDue();
      return;
    }
    if (this.#inflation === undefined) {
      if (!this.inflated(chunk)) this.#hold();
    } else if (!this.#inflation.write(chunk)) this.#hold();
  }

  ended(): void {
    if (this.#isOver) return;
    if (this.#headers === undefined) {
      this.#fail(Object.assign(new Error("the connection closed without an answer"), { code: "ECONNRESET" }));
    } else if (this.#inflation === undefined) this.inflatedAll();
    else this.#inflation.end();
  }

  failed(error: Error): void {
    if (!this.#isOver) this.#fail(error);
  }

  inflated(chunk: Buffer): boolean {
    this.#size += chunk.length;
    const { maxBytes } = this.#terms;
    if (maxBytes !== undefined && this.#size > maxBytes) {
      this.#fail(tooLarge(maxBytes));
      return false;
    }
    if (this.#stream !== undefined) return this.#stream.push(chunk);
    this.#chunks.push(chunk);
    return true;
  }

  inflatedAll(): void {
    this.#leave();
    this.#inflation?.close();
    if (this.#stream !== undefined) {
      this.#stream.push(null);
      return;
    }
    const [first = NOTHING] = this.#chunks;
    const body = this.#chunks.length <= 1 ? first : Buffer.concat(this.#chunks, this.#size);
    this.#resolve({ status: this.#status, headers: this.#headers ?? {}, body, url: this.#terms.url }, this.#beganMs);
  }

  notInflated(error: Error): void {
    this.#fail(error);
  }

  drained(): void {
    this.#goOn();
  }

  /** A reader wants more. */
  #wanted(): void {
    this.#inflation?.resume();
    this.#goOn();
  }

  /** No more bytes for now: the reader is slower than the sender, or zlib is. */
  #hold(): void {
    if (this.#isOver) return;
    this.#waitsForReader = true;
    this.#flow?.pause();
  }

  #goOn(): void {
    if (this.#isOver || !this.#waitsForReader) return;
    this.#waitsForReader = false;
    this.#heardMs = elapsedMs();
    this.#flow?.resume();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    const { signal, shown } = this.#terms;
    const failure = asTransportError(error, { reach: this.#heardMs === undefined ? "unsent" : "sent", signal, shown });
    this.#leave().abort();
    this.#inflation?.close();
    this.#chunks = [];
    if (this.#stream === undefined) this.#reject(failure);
    else this.#stream.destroy(failure);
  }

  #leave(): Pick<HopFlow, "abort"> {
    this.#isOver = true;
    hopTimes.leave(this);
    const { signal, stop } = this.#terms;
    if (stop === undefined) signal.removeEventListener("abort", this);
    else stop.unwatch(this);
    return this.#flow ?? NO_FLOW;
  }
}

const NOTHING = Buffer.alloc(0);
const NO_FLOW = { abort: (): void => undefined };

function tooLarge(maxBytes: number): MortiseError {
  return new MortiseError("LIMIT_EXCEEDED", `The answer is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`, {
    remedy: "Ask for less at once, for example by pages.",
  });
}
