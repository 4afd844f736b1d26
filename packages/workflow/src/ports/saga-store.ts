import type { Json, JsonObject } from "@mortise/contract";

/** One step that may have to be undone. */
export interface SagaStep {
  /** Place in the run. */
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
  /** Place of the saga in the run. */
  readonly saga: string;
  readonly state: SagaStepState;
  readonly output: Json;
}

/** What undoing needs of the run, which may be gone by then. */
export interface SagaContext {
  readonly workflowHash: string;
  readonly startedAt: string;
  readonly trigger: Json;
  /** JSON pointer of the saga in the document. */
  readonly pointer: string;
  /** What expressions of its undo steps see. */
  readonly vars: JsonObject;
  readonly steps: { readonly [node: string]: JsonObject };
}

/** What is kept of a run's sagas. */
export interface KeptSagas {
  /** In the order in which they took effect. */
  readonly steps: readonly KeptSagaStep[];
  readonly contexts: { readonly [saga: string]: SagaContext };
}

/**
 * What a saga did, kept outside of the run's journal: a run that is cancelled can no longer say it.
 * A step is written down before it is sent and again when it took effect.
 */
export interface SagaStore {
  /** Writes down a saga before its first step. Again: changes nothing. */
  open(runId: string, saga: string, context: SagaContext): Promise<void>;
  begin(runId: string, saga: string, step: SagaStep): Promise<void>;
  done(runId: string, saga: string, step: string, output: Json): Promise<void>;
  /** It took no effect. */
  drop(runId: string, saga: string, step: string): Promise<void>;
  undone(runId: string, saga: string, step: string): Promise<void>;
  /** Of a saga and those inside of it; absent: of all of the run. */
  list(runId: string, saga?: string): Promise<KeptSagas>;
  /** This run and those inside of it that have sagas which are not over. */
  runs(runId: string): Promise<readonly { readonly runId: string; readonly workflowHash: string }[]>;
  /** The saga is over, with those inside of it: nothing of them is to be undone any more. */
  forget(runId: string, saga: string): Promise<void>;
}
