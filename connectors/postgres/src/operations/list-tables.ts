import { type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";

const input = t.Object({
  schema: t.Optional(t.String({ title: "Schema", description: "Absent: all but PostgreSQL's own.", minLength: 1 })),
});

const table = t.Object({
  schema: t.String(),
  name: t.String(),
  kind: t.Union([t.Literal("table"), t.Literal("view")]),
  rows: t.Union([t.Integer({ minimum: 0 }), t.Null()], { description: "Estimate of the server; null where it has none." }),
});

type ListInput = Static<typeof input>;

/** Lists tables and views that the user may read. */
export const listTables = operation(
  {
    title: "List tables",
    description: "Lists the tables and views of the database.",
    effect: "read",
    settings: postgresSettings,
    input,
    output: t.Object({ tables: t.Array(table), count: t.Integer() }),
    outcomes,
    examples: [{ input: {}, output: { tables: [{ schema: "public", name: "strikes", kind: "table", rows: 10_000 }], count: 1 } }],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: list }),
);

async function list(
  input: ListInput,
  ctx: NativeContext<PostgresSettings>,
): Promise<{ tables: Static<typeof table>[]; count: number }> {
  return inTransaction(ctx, { readOnly: true }, async (client) => {
    const { rows } = await client.query<Static<typeof table>>(
      `SELECT n.nspname AS schema, c.relname AS name, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind,
              CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ($1::text IS NULL OR n.nspname = $1)
         AND has_table_privilege(c.oid, 'SELECT')
       ORDER BY 1, 2 LIMIT 10000`,
      [input.schema ?? null],
    );
    return { tables: rows, count: rows.length };
  });
}
