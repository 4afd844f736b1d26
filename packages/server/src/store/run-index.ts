import type { ErrorData } from "@mortise/contract";
import type { RunView, Workflow } from "@mortise/workflow";
import type { Kysely, Selectable } from "kysely";
import { isSimulatedRun } from "../simulation/simulated-run.ts";
import type { Tables } from "./tables.ts";

/** A run as lists show it. */
export interface IndexedRun {
  readonly runId: string;
  readonly workflowId?: string;
  readonly workflowName: string;
  readonly revision?: number;
  readonly status: string;
  readonly trigger: string;
  /** It called simulated systems instead of real ones. */
  readonly simulated: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly durationMs?: number;
  readonly error?: { readonly code: string; readonly message: string };
  /** The run that it repeats. */
  readonly repeats?: string;
}

/** Which runs to list. */
export interface RunQuery {
  readonly workflow?: string;
  readonly status?: string;
  /** Epoch ms. */
  readonly sinceMs?: number;
  readonly limit: number;
}

/** What is known when a run starts. */
export interface RunEntry {
  readonly runId: string;
  readonly workflowId: string;
  readonly revision: number;
  readonly trigger: string;
  readonly document: Workflow;
  /** The run that it repeats. */
  readonly repeats?: string;
}

/** Which runs there were, of what, and how they ended. The steps are in the engine's run log. */
export class RunIndex {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;

  #onEnded: ((runId: string) => void) | undefined;

  constructor(db: Kysely<Tables>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /** From now on told of every run whose end is noted here. */
  watch(onEnded: (runId: string) => void): void {
    this.#onEnded = onEnded;
  }

  /** Notes a run before it starts; noted once. */
  async note(run: RunEntry): Promise<void> {
    await this.#db
      .insertInto("runs")
      .values({
        tenant: this.#tenant,
        id: run.runId,
        workflow_id: run.workflowId,
        workflow_name: run.document.name,
        revision: run.revision,
        document: JSON.stringify(run.document),
        trigger: run.trigger,
        status: "running",
        repeats: run.repeats ?? null,
      })
      .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
      .execute();
  }

  async ended(runId: string, status: string, error: ErrorData | RunView["error"], endedAtMs: number): Promise<void> {
    await this.#db
      .updateTable("runs")
      .set({
        status,
        ended_at: new Date(endedAtMs),
        error: error ? JSON.stringify({ code: error.code, message: error.message }) : null,
      })
      .where("tenant", "=", this.#tenant)
      .where("id", "=", runId)
      .execute();
    this.#onEnded?.(runId);
  }

  /** Notes that a run that goes on was paused, or goes on again. */
  async turned(runId: string, status: "paused" | "running"): Promise<void> {
    await this.#db
      .updateTable("runs")
      .set({ status })
      .where("tenant", "=", this.#tenant)
      .where("id", "=", runId)
      .where("ended_at", "is", null)
      .execute();
  }

  /** Which of these runs another one repeats. */
  async repeated(runIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (runIds.length === 0) return new Set();
    const rows = await this.#db
      .selectFrom("runs")
      .select("repeats")
      .where("tenant", "=", this.#tenant)
      .where("repeats", "in", [...runIds])
      .execute();
    return new Set(rows.flatMap(({ repeats }) => (repeats === null ? [] : [repeats])));
  }

  /** Forgets a run that never started. */
  async forget(runId: string): Promise<void> {
    await this.#db.deleteFrom("runs").where("tenant", "=", this.#tenant).where("id", "=", runId).execute();
  }

  /** Forgets runs that ended so before; returns how many. */
  async purge(olderThan: Date, status: string): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("runs")
      .where("tenant", "=", this.#tenant)
      .where("status", "=", status)
      .where("ended_at", "<", olderThan)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async list(query: RunQuery): Promise<readonly IndexedRun[]> {
    let select = this.#db.selectFrom("runs").selectAll().where("tenant", "=", this.#tenant);
    if (query.workflow !== undefined) select = select.where("workflow_id", "=", query.workflow);
    if (query.status !== undefined) select = select.where("status", "=", query.status);
    if (query.sinceMs !== undefined) select = select.where("started_at", ">=", new Date(query.sinceMs));
    const rows = await select.orderBy("started_at", "desc").limit(query.limit).execute();
    return rows.map(indexed);
  }

  async find(runId: string): Promise<{ readonly run: IndexedRun; readonly document: Workflow } | undefined> {
    const row = await this.#db
      .selectFrom("runs")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .where("id", "=", runId)
      .executeTakeFirst();
    return row && { run: indexed(row), document: row.document };
  }
}

function indexed(row: Selectable<Tables["runs"]>): IndexedRun {
  const startedAtMs = row.started_at.getTime();
  const endedAtMs = row.ended_at?.getTime();
  return {
    runId: row.id,
    ...(row.workflow_id === null ? {} : { workflowId: row.workflow_id }),
    workflowName: row.workflow_name,
    ...(row.revision === null ? {} : { revision: row.revision }),
    status: row.status,
    trigger: row.trigger,
    simulated: isSimulatedRun(row.id),
    startedAtMs,
    ...(endedAtMs === undefined ? {} : { endedAtMs, durationMs: Math.max(0, endedAtMs - startedAtMs) }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.repeats === null ? {} : { repeats: row.repeats }),
  };
}
