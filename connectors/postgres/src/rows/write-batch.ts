import type { Json } from "@mortise/sdk";
import type pg from "pg";
import { SqlError, sqlError } from "../errors/sql-error.ts";
import { quoteName } from "../sql/identifiers.ts";

export type InputRow = { readonly [column: string]: Json };

/** Rows of one statement. One parameter holds them all, so the limit of 65,535 parameters is never near. */
const CHUNK = 5_000;

/** What a statement that writes rows counted. */
export interface Written {
  readonly written: number;
  readonly inserted: number;
}

/** Every column of the rows, in the order in which they first appear. */
export function columnsOf(rows: readonly InputRow[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row)) columns.add(column);
  return [...columns];
}

/**
 * `INSERT` of rows that come as one JSON array in `$1`. PostgreSQL reads each value as its column's type, as it would read the text.
 * `table` is quoted already; `onConflict` is SQL. With
 * `order`, rows are locked in that order, so that two who write the same rows wait for each other and do not deadlock.
 */
export function insertStatement(
  table: string,
  columns: readonly string[],
  onConflict = "",
  order: readonly string[] = [],
): string {
  const names = columns.map(quoteName).join(", ");
  return `WITH written AS (
  INSERT INTO ${table} (${names})
  SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1::json)${order.length > 0 ? ` ORDER BY ${order.map(quoteName).join(", ")}` : ""}
  ${onConflict}
  RETURNING (xmax = 0) AS inserted
) SELECT count(*)::int AS written, (count(*) FILTER (WHERE inserted))::int AS inserted FROM written`;
}

/** Writes rows chunk by chunk in the transaction that is open. An error about a value names the first row that has it. */
export async function writeBatch(
  client: pg.Client,
  statement: string,
  rows: readonly InputRow[],
  signal: AbortSignal,
): Promise<Written> {
  let written = 0;
  let inserted = 0;
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    await client.query("SAVEPOINT chunk");
    try {
      const { rows: counts } = await client.query<{ written: number; inserted: number }>(statement, [JSON.stringify(chunk)]);
      written += counts[0]?.written ?? 0;
      inserted += counts[0]?.inserted ?? 0;
    } catch (caught) {
      const error = sqlError(caught);
      if (!(error instanceof SqlError) || !/^2[23]/.test(error.code) || signal.aborted) throw error;
      throw await namedRow(client, statement, chunk, start, error);
    }
    await client.query("RELEASE SAVEPOINT chunk");
  }
  return { written, inserted };
}

/** Finds the shortest beginning of the chunk that fails: its last row is the bad one. */
async function namedRow(
  client: pg.Client,
  statement: string,
  chunk: readonly InputRow[],
  start: number,
  error: SqlError,
): Promise<Error> {
  let good = 0;
  let bad = chunk.length;
  let found = error;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    await client.query("ROLLBACK TO SAVEPOINT chunk");
    try {
      await client.query(statement, [JSON.stringify(chunk.slice(0, middle))]);
      good = middle;
    } catch (caught) {
      const later = sqlError(caught);
      if (!(later instanceof SqlError)) return error;
      found = later;
      bad = middle;
    }
  }
  return new SqlError(found.code, `Row ${start + bad}: ${found.message}`, found);
}
