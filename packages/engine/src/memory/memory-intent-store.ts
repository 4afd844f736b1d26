import type { IntentStore } from "@mortise/workflow";

/** Commit points of this process. After its end nothing is remembered, and nothing is repeated either: the runs ended with it. */
export class MemoryIntentStore implements IntentStore {
  readonly #keys = new Set<string>();

  async commit(idempotencyKey: string): Promise<boolean> {
    if (this.#keys.has(idempotencyKey)) return false;
    this.#keys.add(idempotencyKey);
    return true;
  }

  async committed(idempotencyKey: string): Promise<boolean> {
    return this.#keys.has(idempotencyKey);
  }

  async clear(idempotencyKey: string): Promise<void> {
    this.#keys.delete(idempotencyKey);
  }
}
