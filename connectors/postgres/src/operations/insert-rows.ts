import { type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { rowsField, tableField } from "../fields.ts";
import { columnsOf, type InputRow, insertStatement, writeBatch } from "../rows/write-batch.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { quoteTable } from "../sql/identifiers.ts";

const input = t.Object({ table: tableField, rows: rowsField });

type InsertInput = Static<typeof input>;

/** Inserts rows: all of them or none. */
export const insertRows = operation(
  {
    title: "Insert rows",
    description:
      "Adds rows to a table, all of them or none. A repeat would add them twice: where the table has a key, prefer upsertRows.",
    effect: "create",
    reversible: false,
    idempotency: "none",
    settings: postgresSettings,
    input,
    output: t.Object({ count: t.Integer() }),
    outcomes,
    attemptTimeoutMs: 110_000,
    examples: [{ input: { table: "strikes", rows: [{ id: 1, state: "New York", cost: 0 }] }, output: { count: 1 } }],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: insert }),
);

async function insert(input: InsertInput, ctx: NativeContext<PostgresSettings>): Promise<{ count: number }> {
  const rows = input.rows as readonly InputRow[];
  const columns = columnsOf(rows);
  if (columns.length === 0) return { count: 0 };
  const statement = insertStatement(quoteTable(input.table), columns);
  return inTransaction(ctx, { readOnly: false, beforeCommit: () => ctx.commitPoint() }, async (client) => {
    const { written } = await writeBatch(client, statement, rows, ctx.signal);
    return { count: written };
  });
}
