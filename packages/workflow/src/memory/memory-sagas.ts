import type { Json } from "@mortise/contract";
import type { KeptSagaStep, SagaStep, SagaStepState, SagaStore } from "../ports/saga-store.ts";

type Row = { -readonly [K in keyof KeptSagaStep]: KeptSagaStep[K] };

/** What sagas of this process did. */
export class MemorySagas implements SagaStore {
  readonly #runs = new Map<string, Map<string, Row>>();

  async begin(runId: string, saga: string, step: SagaStep): Promise<void> {
    const rows = this.#runs.get(runId) ?? new Map<string, Row>();
    this.#runs.set(runId, rows);
    const key = keyOf(saga, step.step);
    if (!rows.has(key)) rows.set(key, { ...step, saga, state: "begun", output: null });
  }

  async done(runId: string, saga: string, step: string, output: Json): Promise<void> {
    const rows = this.#runs.get(runId);
    const row = rows?.get(keyOf(saga, step));
    if (rows === undefined || row === undefined || row.state !== "begun") return;
    rows.delete(keyOf(saga, step));
    rows.set(keyOf(saga, step), { ...row, state: "done", output });
  }

  async drop(runId: string, saga: string, step: string): Promise<void> {
    this.#runs.get(runId)?.delete(keyOf(saga, step));
  }

  async undone(runId: string, saga: string, step: string): Promise<void> {
    const row = this.#runs.get(runId)?.get(keyOf(saga, step));
    if (row) row.state = "undone" satisfies SagaStepState;
  }

  async list(runId: string, saga?: string): Promise<readonly KeptSagaStep[]> {
    const rows = [...(this.#runs.get(runId)?.values() ?? [])];
    return rows.filter((row) => saga === undefined || row.saga === saga).map((row) => ({ ...row }));
  }

  async forget(runId: string, saga: string): Promise<void> {
    const rows = this.#runs.get(runId);
    if (rows === undefined) return;
    for (const [key, row] of rows) if (row.saga === saga) rows.delete(key);
    if (rows.size === 0) this.#runs.delete(runId);
  }
}

function keyOf(saga: string, step: string): string {
  return `${saga}\n${step}`;
}
