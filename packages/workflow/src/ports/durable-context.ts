import type { Json } from "@mortise/contract";

/** The interpreter as the engine sees it: one program, registered once. */
export type Program = (ctx: DurableContext, input: Json) => Promise<Json>;

/**
 * What durable code may do. One sequential strand: at most one operation is in flight; an adapter throws `INTERNAL` otherwise,
 * because step ids are call-order numbers and parallel steps break every replay engine.
 */
export interface DurableContext {
  readonly runId: string;
  /** Name of this strand inside the run; `""` is the root. */
  readonly strand: string;
  /**
   * Runs an effect and journals what it returns; after a crash the journal answers instead. The step in flight at a crash runs
   * again. `key` is unique in the strand and stable across replays. A throw of `fn` is journaled and thrown again on replay.
   */
  step<T extends Json>(key: string, fn: (attempt: StepAttempt) => Promise<T>): Promise<T>;
  /** Runs strands as durable children, `max` at once, and settles when all have, in the order given. */
  fork(key: string, strands: readonly Strand[], options?: { readonly max?: number }): Promise<readonly Settled[]>;
  /** Waits until a moment (epoch ms) and keeps the strand in memory: for waits up to a minute. */
  sleepUntil(key: string, epochMs: number): Promise<void>;
  /**
   * Ends this segment; the program starts again with `next` at `at` (epoch ms) or on the signal. Root strand only. Never returns.
   * Woken by the signal, an object `next` has `$signal: { name, payload }` beside its own keys.
   */
  park(next: Json, wake: { readonly at?: number; readonly signal?: string }): never;
  /** Epoch ms, the same on every replay. */
  now(key: string): Promise<number>;
  /**
   * What the journal of the run that this one repeats holds under a key, whichever attempt (`key#<n>`) was the last; undefined: nothing, or
   * this run repeats none. Only inside of a step, which journals what is made of it.
   */
  recall?(key: string): Promise<{ readonly value: Json } | undefined>;
  /** A UUID, the same on every replay. */
  uuid(key: string): Promise<string>;
}

export interface StepAttempt {
  readonly signal: AbortSignal;
  /** Same for all attempts and replays of this step. */
  readonly idempotencyKey: string;
}

/** One strand: the child runs the same program with this input. */
export interface Strand {
  readonly key: string;
  readonly input: Json;
}

/** How a strand ended. */
export type Settled =
  | { readonly key: string; readonly ok: true; readonly value: Json }
  | { readonly key: string; readonly ok: false; readonly error: { readonly code: string; readonly message: string } };
