import type { Json } from "@mortise/contract";

/** One step that may have to be undone. */
export interface SagaStep {
  /** Place in the run and number of the call, unique in the saga. */
  readonly step: string;
  /** Name of the node. */
  readonly node: string;
  readonly use: string;
  readonly connection?: string;
  readonly input: Json;
}

/**
 * How far a step is known to have got.
 * - `begun`: it was about to be sent; nothing more is known.
 * - `done`: it took effect.
 * - `undone`: it was compensated.
 */
export type SagaStepState = "begun" | "done" | "undone";

/** A step as it is kept. */
export interface KeptSagaStep extends SagaStep {
  readonly saga: string;
  readonly state: SagaStepState;
  readonly output: Json;
}

/**
 * What a saga did, kept outside of the run's journal: a run that is cancelled can no longer say it.
 * A step is written down before it is sent and again when it took effect.
 */
export interface SagaStore {
  begin(runId: string, saga: string, step: SagaStep): Promise<void>;
  done(runId: string, saga: string, step: string, output: Json): Promise<void>;
  /** It took no effect. */
  drop(runId: string, saga: string, step: string): Promise<void>;
  undone(runId: string, saga: string, step: string): Promise<void>;
  /** Steps of one saga, or of all of the run, in the order in which they took effect. */
  list(runId: string, saga?: string): Promise<readonly KeptSagaStep[]>;
  /** The saga is over: nothing of it is to be undone any more. */
  forget(runId: string, saga: string): Promise<void>;
}
