import { untilAborted } from "../attempts/run-native.ts";
import type { Answer } from "../call.ts";
import type { Clock } from "../runtime.ts";
import { RecentlyUsed } from "./recently-used.ts";
import { mayStandIn } from "./stale-if-error.ts";

const MAX_SHELVES = 1_000;

interface Kept {
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

/** Keeps answers of reads, least recently used out first, and lets equal calls wait for one (single flight). */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #shelves = new RecentlyUsed<RecentlyUsed<Kept>>(MAX_SHELVES);
  readonly #flights = new Map<string, Promise<Answer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The answer that is kept, that somebody is already fetching, or that `fetch` brings. A failed flight is nobody else's failure.
   * @param signal Ends the waiting for somebody else's flight. Absent: nothing does.
   */
  async get(place: CachePlace, fetch: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const flight = `${place.shelf} ${place.key}`;
    for (;;) {
      const kept = this.#kept(place);
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
    return this.#kept(place);
  }

  #kept(place: CachePlace): Answer | undefined {
    const found = this.#find(place);
    return found !== undefined && found.untilMs > this.#clock.now() ? found.answer : undefined;
  }

  /** What is kept, fresh or still good enough to stand in. */
  #find({ shelf, key, staleIfErrorMs = 0 }: CachePlace): Kept | undefined {
    const found = this.#shelves.get(shelf)?.get(key);
    if (found === undefined || found.untilMs + staleIfErrorMs > this.#clock.now()) return found;
    this.#shelves.get(shelf)?.delete(key);
    return undefined;
  }

  #keep({ shelf, key, ttlMs, maxEntries }: CachePlace, answer: Answer): void {
    const entries = this.#shelves.get(shelf) ?? new RecentlyUsed<Kept>(maxEntries);
    this.#shelves.set(shelf, entries);
    entries.set(key, { answer, untilMs: this.#clock.now() + ttlMs });
  }
}
