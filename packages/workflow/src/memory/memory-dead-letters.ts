import type { DeadLetter, DeadLetterStore, KeptDeadLetter } from "../ports/dead-letter-store.ts";

const MOST_LETTERS = 10_000;

/** Dead letters of this process; the oldest is forgotten where there are more than 10,000. */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly #letters = new Map<string, KeptDeadLetter>();
  readonly #now: () => number;
  #ids = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async put(letter: DeadLetter): Promise<string> {
    const known = [...this.#letters.values()].find(({ runId, path }) => runId === letter.runId && path === letter.path);
    if (known) return known.id;
    const id = String(++this.#ids);
    this.#letters.set(id, { ...letter, id, atMs: this.#now() });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > MOST_LETTERS && oldest !== undefined) this.#letters.delete(oldest);
    return id;
  }

  async list(query: { readonly workflow?: string; readonly limit?: number } = {}): Promise<readonly KeptDeadLetter[]> {
    const all = [...this.#letters.values()].reverse();
    return all.filter(({ workflow }) => query.workflow === undefined || workflow === query.workflow).slice(0, query.limit ?? 100);
  }

  async remove(id: string): Promise<boolean> {
    return this.#letters.delete(id);
  }
}
