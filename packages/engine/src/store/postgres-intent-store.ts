import type { IntentStore } from "@mortise/workflow";
import type pg from "pg";
import { currentRun } from "../dbos/live-work.ts";

/** Commit points in `mortise_engine.intents`, on disk before the write they announce is sent. */
export class PostgresIntentStore implements IntentStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async commit(idempotencyKey: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      "insert into mortise_engine.intents (idempotency_key, run_id) values ($1, $2) on conflict (idempotency_key) do nothing",
      [idempotencyKey, currentRun.getStore()?.runId ?? null],
    );
    return rowCount === 1;
  }

  async committed(idempotencyKey: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query("select 1 from mortise_engine.intents where idempotency_key = $1", [
      idempotencyKey,
    ]);
    return rowCount === 1;
  }

  async clear(idempotencyKey: string): Promise<void> {
    await this.#pool.query("delete from mortise_engine.intents where idempotency_key = $1", [idempotencyKey]);
  }
}
