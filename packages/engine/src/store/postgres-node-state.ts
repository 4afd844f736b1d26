import { createHash } from "node:crypto";
import type { Json } from "@mortise/contract";
import {
  checkSize,
  MOST_ENTRIES,
  type NodeStateStore,
  type StateChange,
  type StateEntry,
  type StateKey,
  type StateLimits,
  spaceIsFull,
} from "@mortise/workflow";
import type pg from "pg";
import { TENANT } from "../strand/idempotency-key.ts";
import { inTransaction } from "./in-transaction.ts";

const LONGEST_KEY = 200;
const SWEPT_AT_ONCE = 100;

/**
 * What nodes remember, in `mortise_engine.node_state`.
 *
 * Owns: the rows, their ends by the database's clock, the bound of a space.
 * Does not own: what the values mean.
 * Invariants:
 *   N1. Changes of one key are made one after the other, whichever processes make them: an advisory lock of the transaction is held.
 *   N2. An entry ends by the database's clock alone.
 *   N3. A space holds no more than its bound, but for what writers that began together add.
 */
export class PostgresNodeState implements NodeStateStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async update<T extends Json>(
    { space, key }: StateKey,
    change: (entry: StateEntry | undefined, nowMs: number) => StateChange<T>,
    limits: StateLimits = {},
  ): Promise<T> {
    const at = [TENANT, space, key.length > LONGEST_KEY ? `sha256:${createHash("sha256").update(key).digest("hex")}` : key];
    return await inTransaction(this.#pool, async (client) => {
      // A row that is not there yet cannot be locked, so the key is.
      await client.query("select pg_advisory_xact_lock(hashtextextended($1, 6))", [JSON.stringify(at)]);
      const { rows } = await client.query<Row>(READ, at);
      const row = rows[0];
      const nowMs = Number(row?.now_ms);
      const entry = row?.live ? { value: JSON.parse(row.value ?? "null") as Json, version: row.version ?? 0 } : undefined;
      const { result, next } = change(entry, nowMs);
      if (next === null) await client.query(REMOVE, at);
      else if (next !== undefined) {
        checkSize(next.value);
        if (row?.value === null) await makeRoom(client, space, limits);
        await client.query(WRITE, [...at, JSON.stringify(next.value), (entry?.version ?? 0) + 1, next.ttlMs]);
      }
      return result;
    });
  }
}

interface Row {
  readonly value: string | null;
  readonly version: number | null;
  readonly live: boolean | null;
  readonly now_ms: string;
}

const READ = `
select s.value, s.version, s.ends_at > clock_timestamp() as live, floor(extract(epoch from clock_timestamp()) * 1000)::text as now_ms
from (select 1) one left join mortise_engine.node_state s on s.tenant = $1 and s.space = $2 and s.key = $3`;
const REMOVE = "delete from mortise_engine.node_state where tenant = $1 and space = $2 and key = $3";
const WRITE = `
insert into mortise_engine.node_state (tenant, space, key, value, version, ends_at)
values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 ms')
on conflict (tenant, space, key) do update set value = excluded.value, version = excluded.version, ends_at = excluded.ends_at`;

async function makeRoom(
  client: pg.ClientBase,
  space: string,
  { entries: most = MOST_ENTRIES, whenFull }: StateLimits,
): Promise<void> {
  await client.query(
    `delete from mortise_engine.node_state where ctid = any(array(
       select ctid from mortise_engine.node_state where ends_at <= clock_timestamp() and tenant = $1 and space = $2
       limit $3 for update skip locked))`,
    [TENANT, space, SWEPT_AT_ONCE],
  );
  const { rows } = await client.query<{ many: boolean }>(
    "select count(*) >= $3 as many from (select 1 from mortise_engine.node_state where tenant = $1 and space = $2 limit $3) found",
    [TENANT, space, most],
  );
  if (!rows[0]?.many) return;
  if (whenFull !== "evict") throw spaceIsFull(space, most);
  await client.query(
    `delete from mortise_engine.node_state where ctid = any(array(
       select ctid from mortise_engine.node_state where tenant = $1 and space = $2 order by ends_at limit 1 for update skip locked))`,
    [TENANT, space],
  );
}
