/**
 * Makes the requests of one call of code, by the rules of every other request: granted hosts, budget, retries, spans, redaction.
 *
 * Owns: what was read and not yet handed over, how much that was, whether a write went out.
 * Does not own: attempts and the plan between them (attempt), the way out (EgressClient), what code may ask for (the declarations).
 * Invariants:
 *   C1. A request goes where a declaration and the contract's hosts allow it. Redirects are answers: nothing is followed.
 *   C2. The credential is put in here, and only where the declaration says so; what comes back has none of it in it.
 *   C3. A request that is not safe to repeat is sent once, behind the caller's commit point, which is passed once a call.
 *   C4. Not more than 10 MB are read in one call.
 *   C5. A write that is not safe to repeat and is on its way is waited for, whether the code does or not: what it came to decides the outcome.
 */
import { isMortiseError, type Json } from "@mortise/contract";
import { mediaType, readingOf } from "../attempts/decoding/media-type.ts";
import { type HttpAnswer, sendRequest } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import { attempt } from "../stages/attempt.ts";
import { type AskedRequest, askedRequest } from "./asked-request.ts";
import type { CompiledCode } from "./compile-code.ts";
import { refusal } from "./host-refusal.ts";
import { readyRequest } from "./ready-request.ts";
import { requestAddress } from "./request-address.ts";
import { type CodeCall, requestCall } from "./request-call.ts";

const MAX_BYTES = 10 * 1024 * 1024;
/** Written as JSON, whatever is in it, a piece stays below what one message may have. */
const PIECE = 150_000;
/** Cookies and challenges are between the host and the other side. */
const OURS = /^(?:set-cookie2?|www-authenticate|proxy-.*|authentication-info|alt-svc)$/;

export class CodeRequests {
  readonly #code: CompiledCode;
  readonly #call: CodeCall;
  readonly #rest = new Map<number, string>();
  #last = 0;
  #bytes = 0;
  readonly #onTheirWay = new Set<Promise<unknown>>();
  #writes = 0;
  #unknown = 0;

  /** @param signal Aborts when the code has ended: nobody waits for its requests any more. */
  constructor(call: ReadyCall, code: CompiledCode, signal: AbortSignal) {
    this.#code = code;
    this.#call = { call, signal, commit: once(async () => (await call.request.commit?.()) ?? true) };
  }

  /** Writes that are not safe to repeat and went through, so that the call as a whole must not be made again. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes of which nobody knows whether they took effect. */
  get unknown(): number {
    return this.#unknown;
  }

  /** Waits for the end of writes that are on their way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#onTheirWay);
  }

  /** `http.request(request)`: status, headers, and the body or its first piece. */
  async request([given]: readonly Json[]): Promise<Json> {
    const asked = askedRequest(given);
    const { url, grant } = requestAddress(asked, this.#code.http, this.#call.call.connection.settings);
    const made = requestCall(this.#call, this.#code, asked, grant);
    const sent = attempt(made.call, (scope) => sendRequest(made.call, scope, readyRequest(made.call, asked, url)));
    try {
      return this.#handOver(asked, await (made.call.repeatable ? sent : this.#followed(sent)));
    } finally {
      made.settle();
    }
  }

  /** Keeps an eye on a write that is not safe to repeat. */
  #followed(sent: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const followed = sent.then(
      (answer) => {
        if (answer.status < 300) this.#writes += 1;
        return answer;
      },
      (error: unknown) => {
        if (isMortiseError(error) && error.code === "UNKNOWN_OUTCOME") this.#unknown += 1;
        throw error;
      },
    );
    this.#onTheirWay.add(followed);
    const gone = (): void => void this.#onTheirWay.delete(followed);
    followed.then(gone, gone);
    return followed;
  }

  /** `http.rest(id, at)`: the next piece of a body. */
  rest([id, at]: readonly Json[]): Json {
    const text = typeof id === "number" ? this.#rest.get(id) : undefined;
    if (text === undefined || typeof at !== "number" || !Number.isSafeInteger(at) || at < 0)
      throw refusal("INVALID_INPUT", "There is no such piece of a body.");
    const next = at + PIECE < text.length ? at + PIECE : null;
    if (next === null) this.#rest.delete(id as number);
    return { text: text.slice(at, at + PIECE), next };
  }

  #handOver(asked: AskedRequest, answer: HttpAnswer): Json {
    const { status, body } = answer;
    const isBytes = asked.as === "base64" || (asked.as === undefined && isBinary(answer));
    const kind = body === null ? "none" : typeof body !== "string" ? "json" : isBytes ? "base64" : "text";
    const text = kind === "none" ? "" : typeof body === "string" ? body : JSON.stringify(body);
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > MAX_BYTES)
      throw refusal("LIMIT_EXCEEDED", `One call of code reads at most ${MAX_BYTES / 1024 / 1024} MB.`, "Ask for less at once.");
    const id = ++this.#last;
    const next = text.length > PIECE ? PIECE : null;
    if (next !== null) this.#rest.set(id, text);
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !OURS.test(name)));
    return { status, headers, kind, id, text: text.slice(0, PIECE), next };
  }
}

const isBinary = ({ headers }: HttpAnswer): boolean => readingOf(mediaType(headers["content-type"]).name) === "binary";

/** The first of several that ask has it done; the others have its answer. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
