/**
 * Decides when a read that takes long is made a second time beside itself.
 *
 * Owns: how long the last reads of an operation took, how many were made twice.
 * Does not own: the reads themselves, which operations are asked about.
 * Invariants:
 *   G1. At most 1 of 20 calls of an operation and connection is made twice.
 *   G2. Nothing is made twice before 20 reads have shown how long one takes, nor before the time that 95 of 100 keep has passed.
 *   G3. Nothing is made twice while less than half of the connection's retry budget is left.
 */
import { RecentlyUsed } from "../cache/recently-used.ts";

const MAX_OPERATIONS = 1_000;
/** Reads that the percentile is taken of. */
const SAMPLES = 100;
const MIN_SAMPLES = 20;
const PERCENTILE = 0.95;
const MOST_SHARE = 0.05;
const LEAST_BUDGET = 0.5;
/** The percentile is worked out anew after so many reads. */
const EVERY = 10;
/** Counts are halved here, so that the share is of the last calls. */
const MANY_CALLS = 10_000;

interface Reads {
  readonly tookMs: number[];
  next: number;
  slowMs: number | undefined;
  calls: number;
  doubled: number;
}

export class HedgeBook {
  readonly #operations = new RecentlyUsed<Reads>(MAX_OPERATIONS);

  /** A call begins. Returns after how many ms it would be slow; undefined: too little is known. */
  begin(key: string): number | undefined {
    const reads = this.#reads(key);
    if (++reads.calls > MANY_CALLS) {
      reads.calls /= 2;
      reads.doubled /= 2;
    }
    return reads.slowMs;
  }

  /** Whether a slow call may be made twice now; it counts as such. @param budgetLeft Share of the retry budget, 0 to 1. */
  take(key: string, budgetLeft: number): boolean {
    const reads = this.#reads(key);
    if (budgetLeft < LEAST_BUDGET || reads.doubled + 1 > reads.calls * MOST_SHARE) return false;
    reads.doubled++;
    return true;
  }

  /** A read succeeded after so many ms. */
  took(key: string, ms: number): void {
    const reads = this.#reads(key);
    reads.tookMs[reads.next % SAMPLES] = ms;
    reads.next++;
    if (reads.next < MIN_SAMPLES || (reads.slowMs !== undefined && reads.next % EVERY !== 0)) return;
    const sorted = reads.tookMs.toSorted((a, b) => a - b);
    reads.slowMs = sorted[Math.ceil(sorted.length * PERCENTILE) - 1];
  }

  #reads(key: string): Reads {
    const known = this.#operations.get(key);
    if (known !== undefined) return known;
    const fresh: Reads = { tookMs: [], next: 0, slowMs: undefined, calls: 0, doubled: 0 };
    this.#operations.set(key, fresh);
    return fresh;
  }
}
