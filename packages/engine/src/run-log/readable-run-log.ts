import type { RunEnded, RunEvent, RunLog, RunProgress, RunStarted, StepChanged } from "@mortise/workflow";

/** An event with its place in the log. A newer state of the same step has a higher number and replaces the older one. */
export interface StoredEvent {
  readonly seq: number;
  readonly event: RunEvent;
}

/** All that is known of one run. */
export interface RunRecord {
  readonly started?: RunStarted;
  readonly ended?: RunEnded;
  /** In the order in which they first began. */
  readonly steps: readonly StepChanged[];
  readonly progress: readonly RunProgress[];
  /** Number of the newest event; {@link ReadableRunLog.eventsSince} goes on from it. */
  readonly lastSeq: number;
}

/** A run log that can also be read. */
export interface ReadableRunLog extends RunLog {
  /** Undefined: nothing is known of that run. */
  readRun(runId: string): Promise<RunRecord | undefined>;
  /** Events after a number, the oldest first, at most `limit` (absent: 1,000). A reader that passes on the last `seq` misses none. */
  eventsSince(runId: string, seq: number, limit?: number): Promise<readonly StoredEvent[]>;
  /** Stores what is left and stops. */
  close(): Promise<void>;
}

/** What an event is about: two events with the same key are states of the same thing. */
export function eventKey(event: RunEvent): string {
  return event.kind === "step" || event.kind === "progress" ? `${event.kind}:${event.path}` : event.kind;
}

/** Puts a run's events, in the order in which their subjects first appeared, into a record. */
export function recordOf(events: readonly StoredEvent[]): RunRecord | undefined {
  if (events.length === 0) return undefined;
  const of = <K extends RunEvent["kind"]>(kind: K) =>
    events.flatMap(({ event }) => (event.kind === kind ? [event as Extract<RunEvent, { kind: K }>] : []));
  const [started] = of("run-started");
  const [ended] = of("run-ended");
  return {
    ...(started ? { started } : {}),
    ...(ended ? { ended } : {}),
    steps: of("step"),
    progress: of("progress"),
    lastSeq: Math.max(...events.map(({ seq }) => seq)),
  };
}
