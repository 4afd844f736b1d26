/**
 * Keeps answers of reads for as long as their headers say (RFC 9111), for one connection and credential each.
 *
 * Owns: what is kept, and which reads share one flight.
 * Does not own: the request that asks whether an answer still holds (ConditionalRead), which operations are cached (deduplicate).
 * Talks to: http-cache-semantics, as a private cache: the key of a place has tenant, connection, credential and input in it.
 * Invariants:
 *   H1. Nothing is kept of an answer with `Set-Cookie`, `no-store`, or a status that is not cacheable.
 *   H2. What is no longer fresh is used again only once the other side has said that it still holds, or where it fails, within the
 *       bound of the contract and of `stale-if-error`, and never against `must-revalidate` and `no-cache`.
 *   H3. What is kept takes no more than 64 MB of bodies, of 1 MB each at most.
 *   H4. Only an answer that may be kept is shared with those who waited for it; the others ask for themselves, side by side.
 */
import CachePolicy from "http-cache-semantics";
import type { HttpAnswer } from "../attempts/send-request.ts";
import type { Answer } from "../call.ts";
import type { Clock } from "../runtime.ts";
import { RecentlyUsed } from "./recently-used.ts";

const MAX_SHELVES = 1_000;
/** A larger body is not kept. */
const MAX_BYTES = 1024 * 1024;
/** Of all bodies; beyond it the cache starts anew. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** A request as far as caches look at it: no secrets, names of headers in lower case. */
export interface CachedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/** An answer that is kept. */
export interface KeptRead {
  readonly answer: Answer;
  readonly http: HttpAnswer;
  readonly request: CachedRequest;
  readonly policy: CachePolicy;
  /** Of the body as it came. */
  readonly bytes: number;
}

/** Where an answer is kept: a connection's operation, and the input. */
export interface HeaderCachePlace {
  readonly shelf: string;
  readonly key: string;
  readonly maxEntries: number;
  /** How much longer than fresh an answer may be used where the other side fails, ms. */
  readonly staleIfErrorMs: number;
}

/** What a read that was made for its place came to. `kept`: it may be used again. */
export interface ReadForPlace {
  readonly answer: Answer;
  readonly kept: KeptRead | undefined;
}

export class HeaderCache {
  /** Makes the policy of an answer, on this runtime's clock. */
  readonly policyOf: (request: CachedRequest, answer: HttpAnswer) => CachePolicy;
  #shelves = new RecentlyUsed<RecentlyUsed<KeptRead>>(MAX_SHELVES);
  /** Kept since the cache began, so never less than there is. */
  #bytes = 0;
  readonly #flights = new Map<string, Promise<ReadForPlace>>();

  constructor(clock: Clock) {
    const Policy = class extends CachePolicy {
      now(): number {
        return clock.now();
      }
    };
    this.policyOf = ({ method, url, headers }, answer) =>
      new Policy({ method, url, headers }, { status: answer.status, headers: answer.headers }, { shared: false });
  }

  /** What is kept, fresh or not. */
  find({ shelf, key }: HeaderCachePlace): KeptRead | undefined {
    return this.#shelves.get(shelf)?.get(key);
  }

  /** The read that goes on for this place; undefined: none. */
  flight({ shelf, key }: HeaderCachePlace): Promise<ReadForPlace> | undefined {
    return this.#flights.get(`${shelf} ${key}`);
  }

  /** Makes a read for a place, and keeps what may be kept. */
  async read(place: HeaderCachePlace, fetch: () => Promise<ReadForPlace>): Promise<ReadForPlace> {
    const name = `${place.shelf} ${place.key}`;
    const own = fetch();
    const leads = !this.#flights.has(name);
    if (leads) this.#flights.set(name, own);
    try {
      const read = await own;
      this.#keep(place, read.kept);
      return read;
    } finally {
      if (leads) this.#flights.delete(name);
    }
  }

  #keep({ shelf, key, maxEntries }: HeaderCachePlace, kept: KeptRead | undefined): void {
    if (kept === undefined) {
      this.#shelves.get(shelf)?.delete(key);
      return;
    }
    this.#bytes += kept.bytes - (this.#shelves.get(shelf)?.get(key)?.bytes ?? 0);
    if (this.#bytes > MAX_TOTAL_BYTES) {
      this.#shelves = new RecentlyUsed(MAX_SHELVES);
      this.#bytes = kept.bytes;
    }
    const entries = this.#shelves.get(shelf) ?? new RecentlyUsed<KeptRead>(maxEntries);
    this.#shelves.set(shelf, entries);
    entries.set(key, kept);
  }
}

/** Invariants H1 and H3. */
export function mayKeep({ policy, http: { headers }, bytes }: Omit<KeptRead, "answer">): boolean {
  if (bytes > MAX_BYTES || Object.hasOwn(headers, "set-cookie") || headers.vary?.trim() === "*") return false;
  return policy.storable() && isUsable(policy, headers);
}

/** Whether what is kept may still be used where the other side fails (invariant H2). */
export function mayUseStale({ policy, http }: KeptRead, { staleIfErrorMs }: HeaderCachePlace): boolean {
  const control = directives(http.headers["cache-control"]);
  if (control.has("must-revalidate") || control.has("no-cache")) return false;
  const told = Number(control.get("stale-if-error") ?? Number.NaN);
  const boundMs = Number.isFinite(told) ? Math.min(staleIfErrorMs, told * 1_000) : staleIfErrorMs;
  return (policy.age() - policy.maxAge()) * 1_000 <= boundMs;
}

/** An answer that is neither fresh for a while nor can be asked for again by its validator is of no use. */
function isUsable(policy: CachePolicy, headers: HttpAnswer["headers"]): boolean {
  return policy.maxAge() > 0 || headers.etag !== undefined || headers["last-modified"] !== undefined;
}

/** The directives of `Cache-Control` (RFC 9111 §5.2), names in lower case. */
function directives(header: string | undefined): ReadonlyMap<string, string> {
  const parts = (header ?? "").split(",").map((part) => part.trim().split("=", 2) as [string, string?]);
  return new Map(parts.map(([name, value]) => [name.toLowerCase(), value?.replaceAll('"', "") ?? ""]));
}
