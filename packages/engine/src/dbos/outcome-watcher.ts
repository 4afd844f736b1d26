import type { WorkflowHandle } from "@dbos-inc/dbos-sdk";
import { InvokedHandle } from "@dbos-inc/dbos-sdk/internal/workflow";
import { MortiseError } from "@mortise/contract";
import type pg from "pg";
import { toMortiseError } from "../strand/failure.ts";
import type { Outcome } from "./message.ts";
import { outside } from "./outside.ts";
import { RunFailure, readFailure } from "./run-failure.ts";

/** How a workflow ended. */
export type End = { readonly outcome: Outcome } | { readonly error: MortiseError };

const POLL_MS = 100;

interface Row {
  readonly id: string;
  readonly status: string;
  readonly output: string | null;
  readonly error: string | null;
}

/**
 * Waits for the ends of workflows, of this process and of others, without a step in anybody's journal.
 *
 * Owns: who waits for what.
 * Does not own: the outcomes, which the database keeps.
 * Invariants:
 *   W1. One query asks for all that are waited for; none runs while nobody waits.
 *   W2. A database that is away delays an answer and never changes it.
 */
export class OutcomeWatcher {
  readonly #pool: pg.Pool;
  readonly #waiting = new Map<string, Set<(end: End) => void>>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Resolves with the end of a workflow. A handle of a workflow that runs here spares the questions. */
  async outcome(id: string, handle?: WorkflowHandle<Outcome>): Promise<End> {
    if (handle instanceof InvokedHandle) {
      const end = await localEnd(handle);
      if (end) return end;
    }
    return await new Promise((resolve) => this.#wait(id, resolve));
  }

  /** Like {@link outcome}, giving up after `timeoutMs` with undefined. */
  async outcomeWithin(id: string, timeoutMs: number): Promise<End | undefined> {
    return await new Promise((resolve) => {
      const settle = (end: End | undefined) => {
        clearTimeout(timer);
        const others = this.#waiting.get(id);
        others?.delete(settle);
        if (others?.size === 0) this.#waiting.delete(id);
        resolve(end);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      this.#wait(id, settle);
    });
  }

  /** Tells all who wait that they wait in vain. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const error = new MortiseError("CALL_CANCELLED", "The engine was closed while the run was going on.", {
      remedy: "Open the engine again and ask for the result of the same run.",
    });
    for (const waiters of [...this.#waiting.values()]) for (const settle of [...waiters]) settle({ error });
    this.#waiting.clear();
  }

  #wait(id: string, settle: (end: End) => void): void {
    const waiters = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiters);
    waiters.add(settle);
    if (this.#timer === undefined && !this.#closed) this.#schedule(0);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      void this.#poll().finally(() => {
        this.#timer = undefined;
        if (this.#waiting.size > 0 && !this.#closed) this.#schedule(POLL_MS);
      });
    }, ms);
  }

  async #poll(): Promise<void> {
    const ids = [...this.#waiting.keys()];
    let rows: readonly Row[];
    try {
      ({ rows } = await this.#pool.query<Row>(QUERY, [ids]));
    } catch {
      return;
    }
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const end = endOf(id, found.get(id));
      if (end === undefined) continue;
      for (const settle of [...(this.#waiting.get(id) ?? [])]) settle(end);
      this.#waiting.delete(id);
    }
  }
}

const QUERY = `
select ws.workflow_uuid as id, ws.status, coalesce(wo.output, ws.output) as output, coalesce(wo.error, ws.error) as error
from dbos.workflow_status ws left join dbos.workflow_output wo using (workflow_uuid)
where ws.workflow_uuid = any($1::text[])`;

async function localEnd(handle: WorkflowHandle<Outcome>): Promise<End | undefined> {
  try {
    return { outcome: await outside(() => handle.getResult()) };
  } catch (error) {
    return error instanceof RunFailure ? { error: toMortiseError(error.data) } : undefined;
  }
}

/** Undefined while it goes on. */
function endOf(id: string, row: Row | undefined): End | undefined {
  if (row === undefined) return { error: new MortiseError("RUN_NOT_FOUND", `No run has the id ${id}.`) };
  if (row.status === "SUCCESS") return { outcome: JSON.parse(row.output ?? "null") as Outcome };
  const error = endError(id, row.status, row.error);
  return error && { error };
}

/** The error behind a status of DBOS; undefined for one that is none. */
export function endError(runId: string, status: string, error: string | null): MortiseError | undefined {
  if (status === "ERROR") return readFailure(error);
  if (status === "CANCELLED") return new MortiseError("RUN_CANCELLED", `Run ${runId} was cancelled.`);
  if (status === "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    return new MortiseError("RUN_FAILED", `Run ${runId} was given up: the process ended each of the times it was tried.`, {
      remedy: "Find out why it ends the process, then resume the run.",
    });
  return undefined;
}
