import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { tableField } from "../fields.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { columnsOfTable, primaryKeyOf } from "../sql/table-columns.ts";

const input = t.Object({ table: tableField });

const output = t.Object({
  table: t.String(),
  columns: t.Array(
    t.Object({
      name: t.String(),
      type: t.String({ description: "As PostgreSQL writes it." }),
      nullable: t.Boolean(),
      default: t.Union([t.String(), t.Null()]),
      primaryKey: t.Boolean(),
    }),
  ),
  primaryKey: t.Array(t.String()),
});

type DescribeInput = Static<typeof input>;

/** Tells the columns and the key of a table. */
export const describeTable = operation(
  {
    title: "Describe table",
    description: "Tells the columns, their types and the key of a table or view.",
    effect: "read",
    settings: postgresSettings,
    input,
    output,
    outcomes,
    examples: [
      {
        input: { table: "strikes" },
        output: {
          table: "strikes",
          columns: [{ name: "id", type: "integer", nullable: false, default: null, primaryKey: true }],
          primaryKey: ["id"],
        },
      },
    ],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: describe }),
);

async function describe(input: DescribeInput, ctx: NativeContext<PostgresSettings>): Promise<Static<typeof output>> {
  const table = quoteTable(input.table);
  return inTransaction(ctx, { readOnly: true }, async (client) => {
    const columns = await columnsOfTable(client, table);
    if (!columns) throw new MortiseError("NOT_FOUND", `There is no table ${input.table}.`, { path: "/table" });
    return { table: input.table, columns: [...columns], primaryKey: [...(await primaryKeyOf(client, table))] };
  });
}
