import type { RetryRatio } from "./retry-ratio.ts";

/** Tokens of a full bucket. */
export const RETRY_TOKENS = 500;
const COST = Object.freeze({ transient: 14, throttling: 5 });
const MAX_BUCKETS = 10_000;

/** Bounds retries by tenant and connection, so that a sick target is not hammered by everybody's second attempts. */
export class RetryBudgets {
  readonly #left = new Map<string, number>();

  /**
   * Pays for one retry. Returns what was paid, or 0 when the bucket cannot pay, or too many calls of the same host are retried.
   * @param host Retries of the host that is called. Absent: they are not bounded beside the bucket.
   */
  spend(key: string, throttling: boolean, host?: RetryRatio, nowMs = 0): number {
    const cost = throttling ? COST.throttling : COST.transient;
    const left = this.#left.get(key) ?? RETRY_TOKENS;
    if (left < cost || host?.take(nowMs) === false) return 0;
    if (this.#left.size >= MAX_BUCKETS) this.#left.clear();
    this.#left.set(key, left - cost);
    return cost;
  }

  /** Tokens that are left, of {@link RETRY_TOKENS}. */
  left(key: string): number {
    return this.#left.get(key) ?? RETRY_TOKENS;
  }

  /** A call succeeded: gives back what its last retry cost, or one token where it needed none. */
  refund(key: string, paid: number): void {
    const left = this.#left.get(key);
    if (left === undefined) return;
    const next = left + (paid || 1);
    if (next >= RETRY_TOKENS) this.#left.delete(key);
    else this.#left.set(key, next);
  }
}
