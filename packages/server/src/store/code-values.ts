import {
  type CodeStateEntry,
  type CodeStatePlace,
  type CodeStatePut,
  type CodeStateStore,
  type KeptCodeValue,
  putCodeValue,
} from "@mortise/runtime";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Keeps what code of connectors puts away from one call to the next, for all processes of a deployment.
 *
 * Owns: the rows of `code_values`; those of a connection go with it.
 * Does not own: how much a connector may keep (its declaration).
 * Invariants:
 *   V1. Puts of one place take turns, so that a put that expects a version is never overtaken and room is never given twice.
 *   V2. What was taken away leaves its version, which is not given again.
 */
export class CodeValues implements CodeStateStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(place: CodeStatePlace, key: string): Promise<CodeStateEntry | undefined> {
    const row = await this.#rows(this.#db, place).where("key", "=", key).executeTakeFirst();
    return row === undefined || row.value === null ? undefined : keptOf(row);
  }

  put(place: CodeStatePlace, put: CodeStatePut): Promise<number | "conflict" | "full"> {
    return this.#db.transaction().execute(async (trx) => {
      const name = JSON.stringify([place.tenant, place.connector, place.connection]);
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
      const rows = await this.#rows(trx, place).execute();
      const version = putCodeValue(new Map(rows.map((row) => [row.key, keptOf(row)])), put);
      if (typeof version !== "number") return version;
      const value = put.value === null ? null : JSON.stringify(put.value);
      await trx
        .insertInto("code_values")
        .values({ ...place, key: put.key, value, version })
        .onConflict((conflict) =>
          conflict.columns(["tenant", "connector", "connection", "key"]).doUpdateSet({ value, version, updated_at: new Date() }),
        )
        .execute();
      return version;
    });
  }

  #rows(db: Kysely<Tables>, { tenant, connector, connection }: CodeStatePlace) {
    return db
      .selectFrom("code_values")
      .select(["key", "value", "version"])
      .where("tenant", "=", tenant)
      .where("connector", "=", connector)
      .where("connection", "=", connection);
  }
}

const keptOf = ({ value, version }: { readonly value: KeptCodeValue["value"]; readonly version: number | string }) => ({
  value,
  version: Number(version),
});
