import { withDbRetry } from "@dbos-inc/dbos-sdk/internal/system_database";
import type { Json } from "@mortise/contract";
import type pg from "pg";

/**
 * Signals to runs, each kept once per idempotency key and taken once.
 *
 * Owns: `mortise_engine.signals`.
 * Does not own: the parked segment it wakes (a row of DBOS).
 * Invariants:
 *   S1. Whichever comes later, the signal or the parked segment, sees the other: no signal is slept through.
 *   S2. One segment takes one signal, the same again when it is replayed.
 */
export class Signals {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Returns false when a signal with this key was kept before. */
  async send(runId: string, name: string, payload: Json, idempotencyKey: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `insert into mortise_engine.signals (run_id, idempotency_key, name, payload) values ($1, $2, $3, $4)
       on conflict (run_id, idempotency_key) do nothing`,
      [runId, idempotencyKey, name, JSON.stringify(payload ?? null)],
    );
    return rowCount === 1;
  }

  /** Wakes a segment when it waits for a signal of that name and one is there. */
  async wakeIfSent(runId: string, name: string, segment: string): Promise<void> {
    await this.#pool.query(
      `update dbos.workflow_status set delay_until_epoch_ms = 0
       where workflow_uuid = $3 and status = 'DELAYED'
         and exists (select 1 from mortise_engine.signals where run_id = $1 and name = $2 and taken_by is null)
         and exists (select 1 from dbos.workflow_input where workflow_uuid = $3 and position($4 in inputs) > 0)`,
      [runId, name, segment, `"awaited":${JSON.stringify(name)}`],
    );
  }

  /** Wakes every segment whose signal is there: whoever sent it died before it could. */
  async wakeForgotten(): Promise<void> {
    await this.#pool.query(
      `update dbos.workflow_status ws set delay_until_epoch_ms = 0
       from mortise_engine.signals s, dbos.workflow_input wi
       where s.taken_by is null and ws.status = 'DELAYED' and ws.name = 'mortise.segment'
         and starts_with(ws.workflow_uuid, s.run_id || '#') and wi.workflow_uuid = ws.workflow_uuid
         and position('"awaited":' || to_json(s.name)::text in wi.inputs) > 0`,
    );
  }

  async take(runId: string, name: string, segment: string): Promise<{ readonly name: string; readonly payload: Json } | null> {
    const { rows } = await withDbRetry(() =>
      this.#pool.query<{ payload: string }>(
        `update mortise_engine.signals set taken_by = $3
       where (run_id, idempotency_key) = (
         select run_id, idempotency_key from mortise_engine.signals
         where run_id = $1 and name = $2 and (taken_by is null or taken_by = $3)
         order by taken_by nulls last, seq limit 1)
       returning payload`,
        [runId, name, segment],
      ),
    );
    return rows[0] ? { name, payload: JSON.parse(rows[0].payload) as Json } : null;
  }
}
