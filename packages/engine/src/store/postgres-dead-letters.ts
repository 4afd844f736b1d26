import { randomUUID } from "node:crypto";
import type { DeadLetter, DeadLetterStore, KeptDeadLetter } from "@mortise/workflow";
import type pg from "pg";
import { TENANT } from "../strand/idempotency-key.ts";

interface Row {
  readonly id: string;
  readonly letter: string;
  readonly at: Date;
}

/** Dead letters, in `mortise_engine.dead_letters`. They outlive their runs: whoever has dealt with one removes it. */
export class PostgresDeadLetters implements DeadLetterStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async put(letter: DeadLetter): Promise<string> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `insert into mortise_engine.dead_letters (tenant, id, run_id, path, workflow, letter) values ($1, $2, $3, $4, $5, $6)
       on conflict (run_id, path) do update set path = excluded.path returning id`,
      [TENANT, randomUUID(), letter.runId, letter.path, letter.workflow, JSON.stringify(letter)],
    );
    return rows[0]?.id ?? "";
  }

  async list(query: { readonly workflow?: string; readonly limit?: number } = {}): Promise<readonly KeptDeadLetter[]> {
    const { rows } = await this.#pool.query<Row>(
      `select id, letter, at from mortise_engine.dead_letters
       where tenant = $1 and ($2::text is null or workflow = $2) order by at desc, id limit $3`,
      [TENANT, query.workflow ?? null, query.limit ?? 100],
    );
    return rows.map(({ id, letter, at }) => ({ ...(JSON.parse(letter) as DeadLetter), id, atMs: at.getTime() }));
  }

  async remove(id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query("delete from mortise_engine.dead_letters where tenant = $1 and id = $2", [
      TENANT,
      id,
    ]);
    return rowCount === 1;
  }
}
