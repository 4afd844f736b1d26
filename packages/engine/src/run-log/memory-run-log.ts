import type { RunEvent } from "@mortise/workflow";
import { eventKey, type ReadableRunLog, type RunRecord, recordOf, type StoredEvent } from "./readable-run-log.ts";

/** Keeps the events of the newest runs in this process; absent `keepRuns`: 200 runs. */
export function memoryRunLog(options: { readonly keepRuns?: number } = {}): ReadableRunLog {
  return new MemoryRunLog(options.keepRuns ?? 200);
}

class MemoryRunLog implements ReadableRunLog {
  readonly #keepRuns: number;
  readonly #runs = new Map<string, Map<string, StoredEvent>>();
  #seq = 0;

  constructor(keepRuns: number) {
    this.#keepRuns = keepRuns;
  }

  record(event: RunEvent): void {
    const run = this.#runs.get(event.runId) ?? this.#newRun(event.runId);
    run.set(eventKey(event), { seq: ++this.#seq, event });
  }

  async flush(): Promise<void> {}

  async readRun(runId: string): Promise<RunRecord | undefined> {
    return recordOf([...(this.#runs.get(runId)?.values() ?? [])]);
  }

  async eventsSince(runId: string, seq: number, limit = 1_000): Promise<readonly StoredEvent[]> {
    const events = [...(this.#runs.get(runId)?.values() ?? [])].filter((event) => event.seq > seq);
    return events.sort((a, b) => a.seq - b.seq).slice(0, limit);
  }

  async close(): Promise<void> {}

  #newRun(runId: string): Map<string, StoredEvent> {
    const run = new Map<string, StoredEvent>();
    this.#runs.set(runId, run);
    const oldest = this.#runs.keys().next().value;
    if (this.#runs.size > this.#keepRuns && oldest !== undefined) this.#runs.delete(oldest);
    return run;
  }
}
