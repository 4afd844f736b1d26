import type { Json } from "@mortise/contract";
import type { Program } from "./durable-context.ts";

/** Runs programs durably. Two adapters, `memory` and `dbos`, pass one contract suite. */
export interface DurableEngine {
  /** Registers the one program and starts working. Throws `DATABASE_UNAVAILABLE`. */
  open(program: Program): Promise<void>;
  /** Stops taking work, waits up to `drainMs` (default 5,000) for steps in flight, then lets go; unfinished runs go on at the next open. */
  close(drainMs?: number): Promise<void>;
  /** Starts a run, or finds the one that has this id (`created: false`): same id, same run. */
  start(request: StartRequest): Promise<{ readonly created: boolean }>;
  /** Waits for the end. Throws what the program threw (as `MortiseError`), `RUN_NOT_FOUND`, `RUN_CANCELLED`, or `DEADLINE_EXCEEDED` after `timeoutMs`. */
  result(runId: string, options?: { readonly timeoutMs?: number }): Promise<Json>;
  /** Delivers once per `idempotencyKey`. Wakes a run that is parked on `name`. */
  signal(runId: string, name: string, payload: Json, idempotencyKey: string): Promise<void>;
  cancel(runId: string): Promise<void>;
  /** Lets nothing more of a run begin until {@link resume}; what is in flight ends. Nothing where it has ended. */
  pause(runId: string): Promise<void>;
  /** Continues a paused, cancelled or dead-lettered run from its journal. */
  resume(runId: string): Promise<void>;
  /** What each segment of a run began with, the first one first. Throws `USAGE` where no journal is kept. */
  segments(runId: string): Promise<readonly Json[]>;
  status(runId: string): Promise<RunView | undefined>;
  list(query?: { readonly limit?: number; readonly status?: RunStatus }): Promise<readonly RunView[]>;
  /** Removes runs that ended before; returns how many. `statuses`: only those that ended so; absent: all. */
  purge(olderThan: Date, statuses?: readonly EndStatus[]): Promise<number>;
  /** Starts a run on each tick (cron, five or six fields); exactly one process of many runs each tick, one missed by all is skipped. `null` removes. */
  schedule(name: string, spec: ScheduleSpec | null): Promise<void>;
}

export interface StartRequest {
  readonly runId: string;
  readonly input: Json;
  /** Epoch ms; absent: now. */
  readonly at?: number;
  /** Background work goes through the queue of this name; absent: starts directly. */
  readonly queue?: string;
  /** A run whose journal this one may recall, and the segment it begins at. */
  readonly repeats?: { readonly runId: string; readonly segment: number };
}

export interface ScheduleSpec {
  readonly cron: string;
  /** IANA time zone; absent: UTC. */
  readonly timeZone?: string;
  /** Starts a run with this input, to which an object gets `scheduledAt` (ISO time of the tick) added; the run id is `schedule/<name>/<tick ISO time>`. */
  readonly input: Json;
}

export type RunStatus = "waiting" | "running" | "paused" | "succeeded" | "failed" | "cancelled";

/** How a run can end. */
export type EndStatus = Extract<RunStatus, "succeeded" | "failed" | "cancelled">;

export interface RunView {
  readonly runId: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly error?: { readonly code: string; readonly message: string };
}
