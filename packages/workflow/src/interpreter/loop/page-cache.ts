import type { Json } from "@mortise/contract";

/** Hands pages over from the strand that read them to the strand that works on them, in this process; after a restart it is empty. */
export class PageCache {
  readonly #pages = new Map<string, readonly Json[]>();

  put(key: string, items: readonly Json[]): void {
    this.#pages.set(key, items);
  }

  /** The page, once. */
  take(key: string): readonly Json[] | undefined {
    const items = this.#pages.get(key);
    this.#pages.delete(key);
    return items;
  }

  drop(keys: readonly string[]): void {
    for (const key of keys) this.#pages.delete(key);
  }
}
