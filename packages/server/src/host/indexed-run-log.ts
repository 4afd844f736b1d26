import type { ReadableRunLog, RunRecord, StoredEvent } from "@mortise/engine";
import type { RunEvent } from "@mortise/workflow";
import type { RunIndex } from "../store/run-index.ts";
import type { WorkflowStore } from "../store/workflow-store.ts";

/** Run ids of scheduled runs: `schedule/<workflow id>/<tick>`. */
const SCHEDULED = /^schedule\/([^/]+)\//;

/**
 * A run log that also keeps the index of runs up to date.
 *
 * Owns: the order of its own writes to the index.
 * Does not own: the events (the engine's log), the runs (the engine).
 * Invariants:
 *   X1. `flush` resolves after the index has what the log has.
 */
export class IndexedRunLog implements ReadableRunLog {
  readonly #log: ReadableRunLog;
  readonly #runs: RunIndex;
  readonly #workflows: WorkflowStore;
  readonly #warn: (line: string) => void;
  #writes: Promise<void> = Promise.resolve();

  constructor(log: ReadableRunLog, runs: RunIndex, workflows: WorkflowStore, warn: (line: string) => void) {
    this.#log = log;
    this.#runs = runs;
    this.#workflows = workflows;
    this.#warn = warn;
  }

  record(event: RunEvent): void {
    this.#log.record(event);
    const write = this.#indexWrite(event);
    if (!write) return;
    this.#writes = this.#writes
      .then(write)
      .catch((error: Error) => this.#warn(`The index of runs missed ${event.runId}: ${error.message}`));
  }

  async flush(): Promise<void> {
    await this.#log.flush();
    await this.#writes;
  }

  readRun(runId: string): Promise<RunRecord | undefined> {
    return this.#log.readRun(runId);
  }

  eventsSince(runId: string, seq: number, limit?: number): Promise<readonly StoredEvent[]> {
    return this.#log.eventsSince(runId, seq, limit);
  }

  async close(): Promise<void> {
    await this.#writes;
    await this.#log.close();
  }

  #indexWrite(event: RunEvent): (() => Promise<void>) | undefined {
    if (event.kind === "run-ended") return () => this.#runs.ended(event.runId, event.status, event.error, event.atMs);
    const scheduled = event.kind === "run-started" ? SCHEDULED.exec(event.runId)?.[1] : undefined;
    if (scheduled === undefined) return undefined;
    return async () => {
      const workflow = (await this.#workflows.findLive(scheduled)) ?? (await this.#workflows.find(scheduled));
      if (!workflow) return;
      await this.#runs.note({
        runId: event.runId,
        workflowId: workflow.id,
        revision: workflow.revision,
        trigger: "schedule",
        document: workflow.document,
      });
    };
  }
}
