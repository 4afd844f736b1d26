import type { Answer } from "../call.ts";
import type { Clock } from "../runtime.ts";
import { RecentlyUsed } from "./recently-used.ts";

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
}

/** Keeps answers of reads, least recently used out first, and lets equal calls wait for one (single flight). */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #shelves = new RecentlyUsed<RecentlyUsed<Kept>>(MAX_SHELVES);
  readonly #flights = new Map<string, Promise<Answer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer that is kept, that somebody is already fetching, or that `fetch` brings. A failed flight is nobody else's failure. */
  async get(place: CachePlace, fetch: () => Promise<Answer>): Promise<Answer> {
    const flight = `${place.shelf} ${place.key}`;
    for (;;) {
      const kept = this.#kept(place);
      if (kept !== undefined) return { ...kept, cached: true };
      const other = this.#flights.get(flight);
      if (other === undefined) break;
      const answer = await other.catch(() => undefined);
      if (answer !== undefined) return { ...answer, cached: true };
    }
    const own = fetch();
    this.#flights.set(flight, own);
    try {
      const answer = await own;
      this.#keep(place, answer);
      return answer;
    } finally {
      this.#flights.delete(flight);
    }
  }

  /** The answer that is kept; nothing is fetched. */
  peek(place: CachePlace): Answer | undefined {
    return this.#kept(place);
  }

  #kept({ shelf, key }: CachePlace): Answer | undefined {
    const found = this.#shelves.get(shelf)?.get(key);
    if (found === undefined || found.untilMs > this.#clock.now()) return found?.answer;
    this.#shelves.get(shelf)?.delete(key);
    return undefined;
  }

  #keep({ shelf, key, ttlMs, maxEntries }: CachePlace, answer: Answer): void {
    const entries = this.#shelves.get(shelf) ?? new RecentlyUsed<Kept>(maxEntries);
    this.#shelves.set(shelf, entries);
    entries.set(key, { answer, untilMs: this.#clock.now() + ttlMs });
  }
}
