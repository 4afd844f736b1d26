/**
 * Keeps answers of reads for as long as their contract says, for one connection and credential each, and lets equal calls wait for one.
 *
 * Owns: what is kept, how many bytes that is, which reads share one flight.
 * Does not own: which operations are cached (deduplicate), what headers say (HeaderCache).
 * Invariants:
 *   A1. What is kept takes no more than 64 MB of JSON, of 1 MB each at most; what was not asked for the longest goes first.
 *   A2. A failed flight is nobody else's failure.
 */
import { untilAborted } from "../attempts/run-native.ts";
import type { Answer } from "../call.ts";
import type { Clock } from "../runtime.ts";
import { jsonBytes } from "./json-bytes.ts";
import { RecentlyUsed } from "./recently-used.ts";
import { mayStandIn } from "./stale-if-error.ts";

const MAX_SHELVES = 1_000;
/** A larger answer is not kept. */
const MAX_BYTES = 1024 * 1024;
/** Of all answers. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

interface Kept extends Pick<CachePlace, "shelf" | "key"> {
  readonly bytes: number;
  readonly answer: Answer;
  readonly untilMs: number;
}

/** Which shelf an answer is kept on (a connection's operation), under which key, for how long, beside how many others. */
export interface CachePlace {
  readonly shelf: string;
  readonly key: string;
  readonly ttlMs: number;
  readonly maxEntries: number;
  /** How much longer an answer may be used where fetching fails by the other side, ms. Absent: not at all. */
  readonly staleIfErrorMs?: number | undefined;
}

export class AnswerCache {
  readonly #clock: Clock;
  readonly #shelves = new RecentlyUsed<RecentlyUsed<Kept>>(MAX_SHELVES);
  /** All that is kept; what was asked for last is at the end. */
  readonly #kept = new Set<Kept>();
  #bytes = 0;
  readonly #flights = new Map<string, Promise<Answer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The answer that is kept, that somebody is already fetching, or that `fetch` brings.
   * @param signal Ends the waiting for somebody else's flight. Absent: nothing does.
   */
  async get(place: CachePlace, fetch: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const flight = `${place.shelf} ${place.key}`;
    for (;;) {
      const kept = this.#fresh(place);
      if (kept !== undefined) return { ...kept, cached: true };
      const other = this.#flights.get(flight);
      if (other === undefined) break;
      const landed: Promise<Answer | undefined> = other.catch(() => undefined);
      const answer = await (signal === undefined ? landed : untilAborted(landed, signal));
      if (answer !== undefined) return { ...answer, cached: true };
    }
    const own = this.#fetchOrStandIn(place, fetch);
    this.#flights.set(flight, own);
    try {
      return await own;
    } finally {
      this.#flights.delete(flight);
    }
  }

  async #fetchOrStandIn(place: CachePlace, fetch: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await fetch();
      this.#keep(place, answer);
      return answer;
    } catch (error) {
      const old = place.staleIfErrorMs === undefined || !mayStandIn(error) ? undefined : this.#find(place);
      if (old === undefined) throw error;
      return { ...old.answer, cached: true, stale: true };
    }
  }

  /** The answer that is kept; nothing is fetched. */
  peek(place: CachePlace): Answer | undefined {
    return this.#fresh(place);
  }

  #fresh(place: CachePlace): Answer | undefined {
    const found = this.#find(place);
    return found !== undefined && found.untilMs > this.#clock.now() ? found.answer : undefined;
  }

  /** What is kept, fresh or still good enough to stand in. */
  #find({ shelf, key, staleIfErrorMs = 0 }: CachePlace): Kept | undefined {
    const found = this.#shelves.get(shelf)?.get(key);
    if (found === undefined) return undefined;
    if (found.untilMs + staleIfErrorMs <= this.#clock.now()) {
      this.#drop(found);
      return undefined;
    }
    this.#kept.delete(found);
    this.#kept.add(found);
    return found;
  }

  #keep({ shelf, key, ttlMs, maxEntries }: CachePlace, answer: Answer): void {
    const bytes = jsonBytes(answer.output, MAX_BYTES);
    const kept = { shelf, key, answer, bytes, untilMs: this.#clock.now() + ttlMs };
    const entries = this.#shelves.get(shelf) ?? new RecentlyUsed<Kept>(maxEntries);
    if (bytes > MAX_BYTES) {
      const old = entries.get(key);
      if (old !== undefined) this.#drop(old);
      return;
    }
    const shelfGone = this.#shelves.set(shelf, entries);
    for (const gone of [...(shelfGone?.values() ?? []), entries.set(key, kept)]) if (gone !== undefined) this.#forget(gone);
    this.#kept.add(kept);
    this.#bytes += bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= MAX_TOTAL_BYTES) break;
      this.#drop(oldest);
    }
  }

  #drop(kept: Kept): void {
    this.#shelves.get(kept.shelf)?.delete(kept.key);
    this.#forget(kept);
  }

  #forget(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#bytes -= kept.bytes;
  }
}
