import type { Json } from "@mortise/contract";

/** Names one entry. */
export interface StateKey {
  /** Whose entries these are, e.g. a node of a workflow; bounded together. */
  readonly space: string;
  /** Chosen by data, e.g. a customer's number. Adapters keep a digest of a long one. */
  readonly key: string;
}

/** What is remembered under a key. */
export interface StateEntry {
  readonly value: Json;
  /** Counts the writes, from 1. */
  readonly version: number;
}

/** What a change came to. */
export interface StateChange<T extends Json> {
  readonly result: T;
  /** What to keep from now on; null removes the entry, absent leaves it as it is. */
  readonly next?: { readonly value: Json; readonly ttlMs: number } | null;
}

/** How many entries a space may hold, and what happens to one too many. */
export interface StateLimits {
  /** Absent: 10,000. */
  readonly entries?: number;
  /** `refuse` (default): `LIMIT_EXCEEDED`. `evict`: the entry that ends first goes, which only a cache can afford. */
  readonly whenFull?: "refuse" | "evict";
}

/** Bytes of JSON text that one entry may have. */
export const LARGEST_STATE_BYTES = 256 * 1_024;

/**
 * What nodes remember across runs. The adapter's own clock decides when an entry ends, so that processes whose clocks differ agree.
 * A store that cannot be reached throws: a node never goes on as if nothing were remembered.
 */
export interface NodeStateStore {
  /**
   * Reads, decides and writes one entry as one act: no other writer comes in between. `change` is pure and may be called again.
   * Throws `LIMIT_EXCEEDED` where the space is full or the value too large.
   */
  update<T extends Json>(
    key: StateKey,
    change: (entry: StateEntry | undefined, nowMs: number) => StateChange<T>,
    limits?: StateLimits,
  ): Promise<T>;
}
