import type { ErrorData, Json } from "@mortise/contract";
import type { RunEvent, RunProgress, StepChanged } from "@mortise/workflow";
import { slotsOf } from "../document/core-shapes.ts";

/** How a run is going, as the page shows it. */
export type RunStatusName = "waiting" | "running" | "paused" | "succeeded" | "failed" | "cancelled";

/** A run folded from its events. */
export interface RunState {
  readonly runId: string;
  readonly status: RunStatusName;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly output?: Json;
  readonly error?: ErrorData;
  /** By path, in the order in which steps were first seen. */
  readonly steps: { readonly [path: string]: StepView };
  /** By path of the loop. */
  readonly progress: { readonly [path: string]: RunProgress };
}

/** A step with the moment it started, which its later events do not carry. */
export type StepView = StepChanged & { readonly startedAtMs: number };

/** A run nothing is known about yet. */
export function emptyRun(runId: string): RunState {
  return { runId, status: "waiting", steps: {}, progress: {} };
}

/** The run after an event. Events may come twice: the same event again changes nothing. */
export function applyEvent(run: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case "run-started":
      return { ...run, status: run.endedAtMs === undefined ? "running" : run.status, startedAtMs: event.atMs };
    case "run-ended":
      return {
        ...run,
        status: event.status,
        endedAtMs: event.atMs,
        ...(event.output === undefined ? {} : { output: event.output }),
        ...(event.error === undefined ? {} : { error: event.error }),
      };
    case "progress":
      return { ...run, progress: { ...run.progress, [event.path]: event } };
    case "step": {
      const before = run.steps[event.path];
      const startedAtMs = before?.startedAtMs ?? startOf(event);
      return { ...run, steps: { ...run.steps, [event.path]: { ...before, ...event, startedAtMs } } };
    }
  }
}

/** When a step that is first seen at its end started: a container's event carries its start, every other one its end. */
function startOf({ use, atMs, durationMs = 0 }: StepChanged): number {
  return slotsOf(use).length > 0 ? atMs : atMs - durationMs;
}

/** What a node's card shows: one word for all its executions, and how many there were. */
export interface NodeStatus {
  readonly status: StepChanged["status"];
  readonly executions: number;
  readonly failed: number;
  readonly durationMs?: number;
  readonly progress?: RunProgress;
}

const WEIGHT: { readonly [status in StepChanged["status"]]: number } = {
  running: 5,
  waiting: 4,
  failed: 3,
  succeeded: 2,
  skipped: 1,
};

/** Status by node pointer. While any execution runs the node runs; else one failure marks it failed. */
export function nodeStatuses(run: RunState): { readonly [pointer: string]: NodeStatus } {
  const found: { [pointer: string]: NodeStatus } = {};
  for (const step of Object.values(run.steps)) {
    const before = found[step.node];
    found[step.node] = {
      status: before && WEIGHT[before.status] > WEIGHT[step.status] ? before.status : step.status,
      executions: (before?.executions ?? 0) + 1,
      failed: (before?.failed ?? 0) + (step.status === "failed" ? 1 : 0),
      ...(before === undefined && step.durationMs !== undefined ? { durationMs: step.durationMs } : {}),
    };
  }
  for (const progress of Object.values(run.progress)) {
    found[progress.node] = { ...(found[progress.node] ?? { status: "running", executions: 1, failed: 0 }), progress };
  }
  return found;
}

/** A duration for people: `640 ms`, `2.4 s`, `3 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
