import { withDbRetry } from "@dbos-inc/dbos-sdk/internal/system_database";
import type pg from "pg";

/** Starts of a workflow without progress from which on it goes on alone: the first, and two after deaths. */
const SUSPICIOUS_STARTS = 3;
/** Workflows that are remembered as new; one that is forgotten costs a question. */
const NOTED = 10_000;

/**
 * Runs that two processes died of, or beside: each goes on alone until it gets further, so that the third death tells which of them it was.
 *
 * Owns: the lane of this process, `mortise_engine.solo_starts`.
 * Does not own: the count of starts (DBOS).
 * Invariants:
 *   Q1. Of the runs on probation one at a time is executed in a process; runs that are not never wait.
 *   Q2. Only a start alone counts against a run: one that waits beside another's death loses nothing.
 *   Q3. A run leaves the lane with the first entry in its journal, or with its end.
 *   Q4. A run that was started alone and got no further is given up, not started again.
 */
export class Probation {
  readonly #pool: pg.Pool;
  readonly #fresh = new Set<string>();
  readonly #takenOver = new Set<string>();
  #waiting: { readonly runId: string; readonly go: () => void }[] = [];
  #current: string | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Notes a workflow that is started here for the first time, so that nobody asks the database about it. */
  starts(runId: string, workflowId: string): void {
    // What a run that was taken over starts may have been started before.
    if (!this.#takenOver.has(runId)) note(this.#fresh, workflowId);
  }

  /** Resolves when the workflow may be executed, at once but for one on probation; false: its run is to be given up. */
  async admit(runId: string, workflowId: string): Promise<boolean> {
    if (this.#fresh.delete(workflowId)) return true;
    note(this.#takenOver, runId);
    if ((await this.#starts(workflowId)) < SUSPICIOUS_STARTS) return true;
    if (this.#current !== undefined && this.#current !== runId)
      await new Promise<void>((go) => this.#waiting.push({ runId, go }));
    this.#current = runId;
    if (await this.#startAlone(workflowId)) return true;
    this.passed(runId);
    return false;
  }

  /** The run got further, or ended. */
  passed(runId: string): void {
    if (this.#current !== runId) return;
    const next = this.#waiting[0]?.runId;
    this.#current = next;
    const going = this.#waiting.filter((one) => one.runId === next);
    this.#waiting = this.#waiting.filter((one) => one.runId !== next);
    for (const { go } of going) go();
  }

  async #starts(workflowId: string): Promise<number> {
    const { rows } = await withDbRetry(() =>
      this.#pool.query<{ starts: number }>(
        "select recovery_attempts::int as starts from dbos.workflow_status where workflow_uuid = $1",
        [workflowId],
      ),
    );
    return rows[0]?.starts ?? 0;
  }

  /** Notes a start alone; false where there was one before, and nothing in the journal since. */
  async #startAlone(workflowId: string): Promise<boolean> {
    const { rowCount } = await withDbRetry(() =>
      this.#pool.query(
        `insert into mortise_engine.solo_starts as s (workflow_id) values ($1)
         on conflict (workflow_id) do update set started_at = now()
         where exists (
           select 1 from dbos.operation_outputs o
           where o.workflow_uuid = $1 and o.completed_at_epoch_ms >= extract(epoch from s.started_at) * 1000)`,
        [workflowId],
      ),
    );
    return rowCount === 1;
  }
}

function note(set: Set<string>, id: string): void {
  set.add(id);
  const [oldest] = set;
  if (set.size > NOTED && oldest !== undefined) set.delete(oldest);
}
