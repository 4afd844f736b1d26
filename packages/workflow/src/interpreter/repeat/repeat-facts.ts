import type { Json } from "@mortise/contract";

/**
 * A run that repeats another one: steps that succeeded there are taken over instead of being done again.
 *
 * Idempotency keys of steps that failed there are used again, so that what they may have done is not done twice.
 */
export interface RepeatFacts {
  /** Places of nodes, e.g. `load[3]/upsert`, from which on everything is done again. Absent: what failed, and what follows. */
  readonly from?: readonly string[];
  /** Inputs of calls, by place, instead of those that the document computes. */
  readonly edits?: { readonly [path: string]: Json };
  /** Calls that are done again get new keys: for writes whose outcome is unknown, once a person decided. */
  readonly newKeys?: true;
}

/** What the journal of the repeated run holds under a key. */
export type Recalled = { readonly value: Json };
