import type { DeliveryMark } from "./verify-delivery.ts";

/**
 * Remembers deliveries in this process, so that one that is sent again is noticed.
 *
 * Owns: the ids of deliveries and until when they count.
 * Does not own: time (given with each call), what other processes have seen.
 * Invariants:
 *   D1. An id is known from when it was kept until its time is over, unless {@link MAX_IDS} newer ones came.
 *   D2. Of two deliveries with the same id, one is told that it is the first.
 */
export class DeliveryMemory {
  readonly #until = new Map<string, number>();

  /** Keeps a delivery. False: it was kept before, so this one is a repeat. */
  keep({ ids, keepUntilMs }: DeliveryMark, nowMs: number): boolean {
    this.#forget(nowMs);
    const isFirst = !ids.some((id) => this.isKnown(id, nowMs));
    for (const id of ids) {
      this.#until.delete(id);
      this.#until.set(id, keepUntilMs);
    }
    return isFirst;
  }

  /** Whether a delivery with that id was kept. */
  isKnown(id: string, nowMs: number): boolean {
    return (this.#until.get(id) ?? 0) > nowMs;
  }

  #forget(nowMs: number): void {
    for (const [id, untilMs] of this.#until) {
      if (untilMs > nowMs && this.#until.size < MAX_IDS) return;
      this.#until.delete(id);
    }
  }
}

const MAX_IDS = 100_000;
