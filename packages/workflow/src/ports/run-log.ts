import type { ErrorData, ItemFailure, Json } from "@mortise/contract";

/** What people watch. Written at least once for each event, keyed by (runId, path, attempt-independent): a replay overwrites, never doubles. */
export interface RunLog {
  record(event: RunEvent): void;
  /** Resolves when everything recorded so far is stored. */
  flush(): Promise<void>;
}

export type RunEvent = RunStarted | RunEnded | StepChanged | RunProgress;

export interface RunStarted {
  readonly kind: "run-started";
  readonly runId: string;
  readonly atMs: number;
  readonly input: Json;
}
export interface RunEnded {
  readonly kind: "run-ended";
  readonly runId: string;
  readonly atMs: number;
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly output?: Json;
  readonly error?: ErrorData;
}
/** One node execution. `path` is `node` or `loop[3]/node`; only the first 50 iterations of a loop and all failures (up to 1,000) are logged. */
export interface StepChanged {
  readonly kind: "step";
  readonly runId: string;
  readonly path: string;
  /** JSON pointer of the node in the document, e.g. `/nodes/load/with/nodes/upsert`. */
  readonly node: string;
  readonly use: string;
  readonly status: "running" | "waiting" | "succeeded" | "failed" | "skipped";
  readonly atMs: number;
  readonly durationMs?: number;
  readonly attempts?: number;
  /** It was done by the run that this one repeats, and its result taken over. */
  readonly taken?: true;
  readonly waitMs?: number;
  /** What was waited for last, in words, e.g. `budget api: 100 per 1 min`. Absent: nothing was, or it is not known. */
  readonly waitedFor?: string;
  /** Items of the call that failed while others succeeded; the first 50. */
  readonly itemFailures?: readonly ItemFailure[];
  readonly itemFailureCount?: number;
  /** Redacted, cut to 16 KiB of JSON text. */
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: ErrorData;
}
/** Counts of a loop, at most four times a second. */
export interface RunProgress {
  readonly kind: "progress";
  readonly runId: string;
  readonly path: string;
  readonly node: string;
  readonly atMs: number;
  readonly done: number;
  /** Items done, where a loop runs in batches. */
  readonly items: number;
  readonly failed: number;
  /** Absent: not known (stream). */
  readonly total?: number;
}
