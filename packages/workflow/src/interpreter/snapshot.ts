import type { ErrorData } from "@mortise/contract";
import type { Control, Settlement } from "./settlement.ts";

/** Where a parked frame goes on: what has settled, and the one node that waits. Plain data. */
export interface FrameSnapshot {
  readonly settled: { readonly [node: string]: Settlement };
  readonly at: string;
  /** The wait is over when the frame goes on: epoch ms at which it ended. */
  readonly waitedUntilMs?: number;
  /** A call is to be repeated. */
  readonly retry?: RetrySnapshot;
  /** The waiting node holds others: where inside of it. */
  readonly inside?: InsideSnapshot;
}

/** What is known of a call that is to be repeated. */
export interface RetrySnapshot {
  /** Made so far. */
  readonly attempts: number;
  /** Of the first, and so of all. */
  readonly idempotencyKey: string;
  /** Epoch ms at which the first had ended. Absent: parked by an older version. */
  readonly sinceMs?: number;
  /** Since when the call may have taken effect, epoch ms. Absent: nothing is in doubt. */
  readonly inDoubtSinceMs?: number;
}

/** Where a parked container goes on. */
export interface InsideSnapshot {
  /** The body. */
  readonly slot: string;
  readonly frame: FrameSnapshot;
  /** The error that the catch steps see. */
  readonly caught?: ErrorData;
  /** The error that goes on after the finally steps. */
  readonly pending?: ErrorData;
  /** What the steps of a try ended beyond themselves, before its finally steps. */
  readonly control?: Control;
}
