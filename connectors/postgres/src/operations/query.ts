import { type Json, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { paramsField, rowSchema, sqlField } from "../fields.ts";
import { type Row, readRows } from "../rows/read-rows.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";

const input = t.Object({
  sql: sqlField,
  params: paramsField,
  limit: t.Optional(
    t.Integer({
      title: "Rows at most",
      description: "More rows are cut off, and `truncated` says so.",
      default: 1_000,
      minimum: 1,
      maximum: 10_000,
      "x-advanced": true,
    }),
  ),
});

type QueryInput = Static<typeof input>;

/** Reads with SQL, in a read-only transaction: a statement that would change something fails. */
export const query = operation(
  {
    title: "Query",
    description: "Reads rows with SQL. Runs in a read-only transaction, so it cannot change anything.",
    effect: "read",
    settings: postgresSettings,
    input,
    output: t.Object({ rows: t.Array(rowSchema), count: t.Integer(), truncated: t.Boolean() }),
    outcomes,
    attemptTimeoutMs: 110_000,
    examples: [
      {
        input: { sql: "SELECT state, count(*) AS birds FROM strikes WHERE cost > $1 GROUP BY state", params: [100] },
        output: { rows: [{ state: "New York", birds: 12 }], count: 1, truncated: false },
      },
    ],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: runQuery }),
);

async function runQuery(
  input: QueryInput,
  ctx: NativeContext<PostgresSettings>,
): Promise<{ rows: Row[]; count: number; truncated: boolean }> {
  const limit = input.limit ?? 1_000;
  return inTransaction(ctx, { readOnly: true }, async (client) => {
    const rows: Row[] = [];
    for await (const row of readRows(client, input.sql, (input.params ?? []) as Json[], limit + 1)) {
      if (rows.length === limit) return { rows, count: limit, truncated: true };
      rows.push(row);
    }
    return { rows, count: rows.length, truncated: false };
  });
}
