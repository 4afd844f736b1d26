import type { EndStatus, RunStatus, RunView } from "@mortise/workflow";
import type pg from "pg";
import { endError } from "./outcome-watcher.ts";

/** The last segment of a run, which is where it stands. */
export interface RunRow {
  readonly run_id: string;
  readonly segment_id: string;
  readonly status: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly error: string | null;
  readonly paused: boolean;
}

/** The segments of a run as a chain from parent to child; one probe of an index for a run that was never parked. */
const LAST_SEGMENT = `
lateral (
  with recursive chain as (
    select r.workflow_uuid, r.status, r.completed_at, 0 as n
    union all
    select s.workflow_uuid, s.status, s.completed_at, chain.n + 1
    from chain join dbos.workflow_status s on s.parent_workflow_id = chain.workflow_uuid and s.name = 'mortise.segment'
  )
  select * from chain order by n desc limit 1
) last`;

const COLUMNS = `
r.workflow_uuid as run_id, last.workflow_uuid as segment_id, last.status, r.created_at as started_at, last.completed_at as ended_at,
exists (select 1 from mortise_engine.pauses p where p.run_id = r.workflow_uuid) as paused,
(select coalesce(o.error, w.error) from dbos.workflow_status w left join dbos.workflow_output o using (workflow_uuid)
 where w.workflow_uuid = last.workflow_uuid) as error`;

const STATUSES: Readonly<Record<RunStatus, readonly string[]>> = {
  waiting: ["ENQUEUED", "DELAYED"],
  running: ["PENDING"],
  paused: ["ENQUEUED", "DELAYED", "PENDING"],
  succeeded: ["SUCCESS"],
  failed: ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
  cancelled: ["CANCELLED"],
};

/** Reads and repairs runs in the tables of DBOS 5.3, whose version is pinned for it. */
export class RunTable {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async find(runId: string): Promise<RunRow | undefined> {
    const { rows } = await this.#pool.query<RunRow>(
      `select ${COLUMNS} from dbos.workflow_status r, ${LAST_SEGMENT} where r.workflow_uuid = $1 and r.name = 'mortise.run'`,
      [runId],
    );
    return rows[0];
  }

  /** The version (scope-version.ts) of the processes that go on with a run; undefined for one that has ended. */
  async versionAtWork(runId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ version: string }>(
      `select r.application_version as version from dbos.workflow_status r, ${LAST_SEGMENT}
       where r.workflow_uuid = $1 and last.status = any($2::text[])`,
      [runId, [...STATUSES.waiting, ...STATUSES.running]],
    );
    return rows[0]?.version;
  }

  async list(query: { readonly limit?: number; readonly status?: RunStatus }): Promise<readonly RunView[]> {
    const { rows } = await this.#pool.query<RunRow>(
      `select ${COLUMNS} from dbos.workflow_status r, ${LAST_SEGMENT}
       where r.name = 'mortise.run' and ($1::text[] is null or last.status = any($1::text[]))
         and ($3::boolean is null or $3 = exists (select 1 from mortise_engine.pauses p where p.run_id = r.workflow_uuid))
       order by r.created_at desc limit $2`,
      [query.status === undefined ? null : STATUSES[query.status], query.limit ?? 100, pausedOf(query.status)],
    );
    return rows.map(runView);
  }

  /** Ids of runs that ended before, the oldest first. */
  async endedBefore(
    epochMs: number,
    limit: number,
    statuses: readonly EndStatus[] = ["succeeded", "failed", "cancelled"],
  ): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ run_id: string }>(
      `select r.workflow_uuid as run_id from dbos.workflow_status r, ${LAST_SEGMENT}
       where r.name = 'mortise.run' and r.created_at < $1 and last.completed_at < $1 and last.status = any($2::text[])
         and not exists (select 1 from mortise_engine.repeats p where p.repeated = r.workflow_uuid)
       order by r.created_at limit $3`,
      [epochMs, statuses.flatMap((status) => STATUSES[status]), limit],
    );
    return rows.map(({ run_id }) => run_id);
  }

  /** Lets everything of a run that was cancelled or given up go on: itself, its strands and its later segments. */
  async resume(runId: string, parkedQueue: string): Promise<void> {
    await this.#forgetSolo([runId]);
    await this.#pool.query(
      `with recursive family as (
         select workflow_uuid from dbos.workflow_status where workflow_uuid = $1
         union select w.workflow_uuid from dbos.workflow_status w join family f on w.parent_workflow_id = f.workflow_uuid
       )
       update dbos.workflow_status w
       set owner_xid = null, recovery_attempts = 0, started_at_epoch_ms = null, completed_at = null,
           status = case when parked then 'DELAYED' else 'ENQUEUED' end,
           queue_name = case when parked then $2 else '_dbos_internal_queue' end
       from (select workflow_uuid as id, delay_until_epoch_ms > extract(epoch from now()) * 1000 as parked from dbos.workflow_status) p
       where p.id = w.workflow_uuid and w.workflow_uuid in (select workflow_uuid from family)
         and w.status in ('CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`,
      [runId, parkedQueue],
    );
  }

  /** Forgives earlier deaths to the unfinished runs of these executors that got further since: only a run that never does is given up. */
  async forgiveProgress(executorIds: readonly string[]): Promise<void> {
    await this.#pool.query(
      `update dbos.workflow_status w set recovery_attempts = 0
       where w.status = 'PENDING' and w.executor_id = any($1::text[]) and w.recovery_attempts > 1 and exists (
         with recursive family as (
           select w.workflow_uuid as id
           union all select c.workflow_uuid from dbos.workflow_status c join family on c.parent_workflow_id = family.id
         )
         select 1 from family join dbos.operation_outputs o on o.workflow_uuid = family.id
         where o.completed_at_epoch_ms >= coalesce(w.started_at_epoch_ms, w.created_at))`,
      [executorIds],
    );
  }

  /** A run that another one repeats is kept as long as that one. */
  async noteRepeat(runId: string, repeated: string): Promise<void> {
    await this.#pool.query("insert into mortise_engine.repeats (run_id, repeated) values ($1, $2) on conflict do nothing", [
      runId,
      repeated,
    ]);
  }

  /** The run's own workflow, its segments (`id#1`) and its strands (`id/…`). */
  async #forgetSolo(runIds: readonly string[]): Promise<void> {
    await this.#pool.query(
      `delete from mortise_engine.solo_starts s using unnest($1::text[]) as run(id)
       where s.workflow_id = run.id or starts_with(s.workflow_id, run.id || '#') or starts_with(s.workflow_id, run.id || '/')`,
      [runIds],
    );
  }

  /** Removes what we keep beside DBOS for these runs. */
  async deleteBeside(runIds: readonly string[]): Promise<void> {
    await this.#forgetSolo(runIds);
    for (const table of ["blobs", "intents", "signals", "waits", "saga_steps", "run_events", "pauses", "repeats"])
      await this.#pool.query(`delete from mortise_engine.${table} where run_id = any($1::text[])`, [runIds]);
  }
}

/** Whether runs of this status are paused; null: either. */
function pausedOf(status: RunStatus | undefined): boolean | null {
  if (status === "paused") return true;
  return status === "waiting" || status === "running" ? false : null;
}

/** What a row says to the port. */
export function runView(row: RunRow): RunView {
  const isPaused = row.paused && STATUSES.paused.includes(row.status);
  const status = isPaused
    ? "paused"
    : ((Object.keys(STATUSES) as RunStatus[]).find((name) => STATUSES[name].includes(row.status)) ?? "running");
  const error = endError(row.run_id, row.status, row.error)?.data;
  return {
    runId: row.run_id,
    status,
    startedAt: Number(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }),
    ...(error === undefined ? {} : { error }),
  };
}
