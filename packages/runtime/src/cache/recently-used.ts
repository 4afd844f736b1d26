/** A map of bounded size: what was not asked for the longest goes first. */
export class RecentlyUsed<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): V | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  /** Gives what is no longer in it: what was under the key before, or what had to go. */
  set(key: string, value: V): V | undefined {
    const before = this.#entries.get(key);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const oldest = this.#entries.size > this.#limit ? this.#entries.keys().next().value : undefined;
    if (oldest === undefined) return before === value ? undefined : before;
    const gone = this.#entries.get(oldest);
    this.#entries.delete(oldest);
    return gone;
  }

  /** What is in it, the one asked for last at the end. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
