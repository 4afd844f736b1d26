/**
 * Tells of runs that have ended: workflows that start by that, and endpoints of outgoing webhooks.
 *
 * Owns: the column `announced` of `runs`.
 * Does not own: what is told further (TriggerDesk, OutgoingWebhooks).
 * Invariants:
 *   A1. Every run that ended is told of at least once, whatever process dies; by its id it is noticed when it is told twice.
 *   A2. Workflows that start each other stop after {@link DEEPEST} runs; none is started by a run of its own.
 */
import type { JsonObject } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { Host } from "../host/open-host.ts";
import { isSimulatedRun } from "../simulation/simulated-run.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import { runIdOf } from "./compiled-trigger.ts";
import type { TriggerTables } from "./store/trigger-tables.ts";
import type { TriggerDesk } from "./trigger-desk.ts";

/** A run that has ended. */
export interface EndedRun {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** Options of {@link Announcer}. */
export interface AnnouncerOptions {
  readonly db: Kysely<TriggerTables>;
  readonly tenant: string;
  readonly host: Host;
  /** Tells endpoints; once per run id. */
  readonly publish: (run: EndedRun) => Promise<void>;
  readonly log: (line: string) => void;
}

const AT_ONCE = 100;
export const DEEPEST = 10;

export class Announcer {
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Tells of all runs that have ended and were not told of. */
  async announce(desk: TriggerDesk): Promise<void> {
    const { db, tenant } = this.#options;
    for (;;) {
      const rows = await db
        .selectFrom("runs")
        .select(["id", "workflow_id", "workflow_name", "status", "error", "started_at", "ended_at"])
        .where("tenant", "=", tenant)
        .where("announced", "=", false)
        .where("ended_at", "is not", null)
        .orderBy("ended_at")
        .limit(AT_ONCE)
        .execute();
      if (rows.length === 0) return;
      const listeners = await this.#listeners();
      for (const row of rows) {
        if (row.workflow_id !== null && row.ended_at !== null && !isSimulatedRun(row.id))
          await this.#tell(desk, listeners, {
            runId: row.id,
            workflowId: row.workflow_id,
            workflowName: row.workflow_name,
            status: row.status,
            error: row.error,
            startedAt: row.started_at,
            endedAt: row.ended_at,
          });
        await db.updateTable("runs").set({ announced: true }).where("tenant", "=", tenant).where("id", "=", row.id).execute();
      }
    }
  }

  async #tell(desk: TriggerDesk, listeners: readonly StoredWorkflow[], run: EndedRun): Promise<void> {
    const { log, publish } = this.#options;
    const hearing = listeners.filter((listener) => hears(listener, run));
    const depth = depthOf(run.runId) + 1;
    for (const live of hearing) {
      if (depth > DEEPEST) {
        log(`"${live.document.name}" is not started by run ${run.runId}: ${DEEPEST} workflows have started each other.`);
        continue;
      }
      const runId = runIdOf(`after${depth}`, live.id, run.runId);
      const event = { runId, marks: [`run:${run.runId}`], payload: { body: bodyOf(run) }, depth };
      await desk.accept(live, [event], { evenIfFull: true });
    }
    await publish(run);
  }

  async #listeners(): Promise<readonly StoredWorkflow[]> {
    const { rows } = await sql<{ id: string }>`
      select id from mortise.workflows where tenant = ${this.#options.tenant} and active and webhook is null`.execute(
      this.#options.db,
    );
    const found: StoredWorkflow[] = [];
    for (const { id } of rows) {
      const live = await this.#options.host.store.workflows.findLive(id);
      if (live?.document.trigger.use === "workflow") found.push(live);
    }
    return found;
  }
}

/** How many workflows in a row led to a run: it is in the id of whatever this class has started. */
const depthOf = (runId: string): number => Number(/^after(\d+)-/.exec(runId)?.[1] ?? 0);

function hears({ id, document }: StoredWorkflow, run: EndedRun): boolean {
  const { workflow, on = "succeeded" } = document.trigger.with ?? {};
  if (id === run.workflowId) return false;
  if (workflow !== undefined && workflow !== run.workflowId && workflow !== run.workflowName) return false;
  return on === "ended" || on === run.status;
}

function bodyOf({ runId, workflowId, workflowName, status, error, endedAt }: EndedRun): JsonObject {
  return {
    workflow: { id: workflowId, name: workflowName },
    runId,
    status,
    endedAt: endedAt.toISOString(),
    error: error === null ? null : { code: error.code, message: error.message },
  };
}
