import type { Json } from "./json.ts";

/**
 * The four outcomes of a call, and the honest fifth.
 * - `success`
 * - `poison`: this item cannot succeed; dead letter it.
 * - `sick`: the target is ill or throttling; keep the item, try later.
 * - `fault`: configuration or credential; pause the connection, tell its owner.
 * - `unknown`: a write was sent and no answer came; never repeated by itself.
 */
export type Outcome = "success" | "poison" | "sick" | "fault" | "unknown";

/** What a call came to. Failures are data, not exceptions. */
export type CallResult<T = Json> =
  | { readonly outcome: "success"; readonly output: T; readonly meta: CallMeta }
  | { readonly outcome: Exclude<Outcome, "success">; readonly error: ErrorData; readonly meta: CallMeta };

export interface CallMeta {
  /** Attempts made, the first included; 0 when none was needed (cache) or allowed. */
  readonly attempts: number;
  /** Time spent waiting for budget permits, ms. */
  readonly waitMs: number;
  /** What was waited for last, in words, e.g. `budget api: 100 per 1 min`. Absent: nothing was. */
  readonly waitedFor?: string;
  readonly durationMs: number;
  readonly cached?: boolean;
  /** The answer was kept for longer than it is fresh, and stands in as the other system fails. Absent: false. */
  readonly stale?: boolean;
  /** A list was collected up to its limit and more follows. */
  readonly truncated?: boolean;
  /** Of an incremental read: the state to keep for the next one. */
  readonly state?: Json;
  /**
   * Epoch ms since when a write that failed may have taken effect: its outcome is unknown, or the other side may have its idempotency key. To be
   * handed to the next call for the same write. Absent: no attempt is in doubt.
   */
  readonly inDoubtSinceMs?: number;
  /** Items that failed in an answer that is a success as a whole, in order; the first 1,000. Absent: none. */
  readonly itemFailures?: readonly ItemFailure[];
  /** How many items failed, also those beyond the first 1,000. Absent: none. */
  readonly itemFailureCount?: number;
}

/** An item that failed while others of the same call succeeded. */
export interface ItemFailure {
  /** Place in the list that `itemOutcomes.items` points to, from 0; of a call in several requests, in their joined list. */
  readonly index: number;
  readonly outcome: Exclude<Outcome, "success">;
  /** Code from the error catalogue. */
  readonly code: string;
  readonly message: string;
}

/** An error as plain data: safe to store, show and send (secrets are redacted). */
export interface ErrorData {
  /** Code from the error catalogue, e.g. `CALL_REJECTED`. */
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly remedy?: string;
  /** HTTP status or native code of the last answer. */
  readonly status?: number;
  readonly nativeCode?: string;
  /** Epoch ms before which a retry is pointless (Retry-After, RFC 9110 §10.2.3). */
  readonly retryAtMs?: number;
  /** Place in the input or workflow. */
  readonly path?: string;
  /** Redacted extract of the answer. */
  readonly detail?: Json;
}
