import type { HttpAnswer } from "../attempts/send-request.ts";
import type { Answer } from "../call.ts";
import type { EgressAnswer } from "../egress/egress-client.ts";
import type { ReadyRequest } from "../operation/compile-request.ts";
import { type CachedRequest, type HeaderCache, type KeptRead, mayKeep } from "./header-cache.ts";

/** What of a request is looked at. */
type Asked = Pick<ReadyRequest, "method" | "url" | "headers" | "secretHeaders">;

const NOTHING = Object.freeze({});

/**
 * One read of an operation that is cached by its headers: asks whether what is kept still holds (RFC 9110 §13.1), and remembers what came.
 * Its hooks are called by the attempt that sends the request.
 */
export class ConditionalRead {
  readonly #cache: HeaderCache;
  readonly #kept: KeptRead | undefined;
  #came: Omit<KeptRead, "answer"> | undefined;

  /** @param kept What is kept and not fresh. Undefined: nothing. */
  constructor(cache: HeaderCache, kept: KeptRead | undefined) {
    this.#cache = cache;
    this.#kept = kept;
  }

  /** Headers that are added to the request; without what an author has put in by the same name. */
  headersFor(ready: Asked): { readonly [name: string]: string } {
    if (this.#kept === undefined) return NOTHING;
    const { etag, "last-modified": modified } = this.#kept.http.headers;
    const own = new Set(Object.keys(ready.headers).map((name) => name.toLowerCase()));
    if (own.has("if-none-match") || own.has("if-modified-since")) return NOTHING;
    if (etag !== undefined) return { "if-none-match": etag };
    return modified === undefined ? NOTHING : { "if-modified-since": modified };
  }

  /** What is kept, where the answer says that it still holds, with the headers that came; undefined where the answer is a new one. */
  confirmed(ready: Asked, { status, headers }: EgressAnswer): HttpAnswer | undefined {
    const kept = this.#kept;
    if (status !== 304 || kept === undefined) return undefined;
    const request = cachedRequest(ready);
    // RFC 9111 §3.2: all headers of a 304 replace those that are kept, except those of the body's own form.
    const newer = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_BODY.has(name)));
    const http: HttpAnswer = { ...kept.http, headers: { ...withoutAge(kept.http.headers), ...newer } };
    this.#came = { request, http, bytes: kept.bytes, policy: this.#cache.policyOf(request, http) };
    return http;
  }

  /** A new answer that counts as a success, and the bytes of its body. */
  answered(ready: Asked, http: HttpAnswer, bytes: number): void {
    const request = cachedRequest(ready);
    this.#came = { request, http, bytes, policy: this.#cache.policyOf(request, http) };
  }

  /** What may be kept of the read, now that its output is known to be good. */
  toKeep(answer: Answer): KeptRead | undefined {
    const came = this.#came;
    return came === undefined || !mayKeep(came) ? undefined : { answer, ...came };
  }
}

const OF_THE_BODY = new Set(["content-length", "content-encoding", "content-type", "content-range", "transfer-encoding"]);

const withoutAge = ({ age: _, ...headers }: HttpAnswer["headers"]): HttpAnswer["headers"] => headers;

/** The request without what is secret in it: its place in the cache is of the credential already. */
function cachedRequest({ method, url, headers, secretHeaders }: Asked): CachedRequest {
  const secret = new Set([...secretHeaders, "authorization", "cookie"]);
  const plain = Object.entries(headers).flatMap(([name, value]): (readonly [string, string])[] =>
    secret.has(name.toLowerCase()) ? [] : [[name.toLowerCase(), value]],
  );
  return { method, url: url.origin + url.pathname, headers: Object.fromEntries(plain) };
}
