import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { rowsField, tableField } from "../fields.ts";
import { lastOfEachKey } from "../rows/last-of-each-key.ts";
import { columnsOf, type InputRow, insertStatement, writeBatch } from "../rows/write-batch.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";

const input = t.Object({
  table: tableField,
  rows: rowsField,
  key: t.Array(t.String({ minLength: 1 }), {
    title: "Key",
    description: "Columns that tell whether a row is there already. They need a primary key or a unique index.",
    minItems: 1,
    uniqueItems: true,
    "x-order": 3,
  }),
  update: t.Optional(
    t.Union([t.Literal("all"), t.Literal("none"), t.Array(t.String({ minLength: 1 }), { minItems: 1, uniqueItems: true })], {
      title: "Change",
      description: "Of a row that is there: all columns of the new row, none, or those named.",
      default: "all",
      "x-advanced": true,
    }),
  ),
});

const output = t.Object({
  count: t.Integer({ description: "Rows inserted or updated." }),
  inserted: t.Integer(),
  updated: t.Integer(),
  duplicates: t.Integer({ description: "Rows whose key came again later in the same call: the last one counts." }),
});

type UpsertInput = Static<typeof input>;

/** Inserts rows, or updates those that are there: all of them or none. A repeat changes nothing. */
export const upsertRows = operation(
  {
    title: "Upsert rows",
    description: "Adds rows to a table and updates those that are there already, by key. Safe to repeat.",
    effect: "update",
    reversible: false,
    idempotency: "natural",
    settings: postgresSettings,
    input,
    output,
    outcomes,
    attemptTimeoutMs: 110_000,
    examples: [
      {
        input: { table: "strikes", key: ["id"], rows: [{ id: 1, state: "New York", cost: 0 }] },
        output: { count: 1, inserted: 1, updated: 0, duplicates: 0 },
      },
    ],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: upsert }),
);

async function upsert(input: UpsertInput, ctx: NativeContext<PostgresSettings>): Promise<Static<typeof output>> {
  const given = input.rows as readonly InputRow[];
  const columns = columnsOf(given);
  if (columns.length === 0) return { count: 0, inserted: 0, updated: 0, duplicates: 0 };
  const missing = [...input.key, ...(Array.isArray(input.update) ? input.update : [])].find((name) => !columns.includes(name));
  if (missing !== undefined) {
    throw new MortiseError("INVALID_INPUT", `No row has the column ${missing}; the rows have ${columns.join(", ")}.`, {
      path: input.key.includes(missing) ? "/key" : "/update",
    });
  }
  const rows = lastOfEachKey(given, input.key);
  const statement = insertStatement(quoteTable(input.table), columns, onConflict(input, columns), input.key);
  return inTransaction(ctx, { readOnly: false }, async (client) => {
    const { written, inserted } = await writeBatch(client, statement, rows, ctx.signal);
    return { count: written, inserted, updated: written - inserted, duplicates: given.length - rows.length };
  });
}

function onConflict({ key, update = "all" }: UpsertInput, columns: readonly string[]): string {
  const changed = update === "none" ? [] : update === "all" ? columns.filter((column) => !key.includes(column)) : update;
  const target = `ON CONFLICT (${key.map(quoteName).join(", ")})`;
  if (changed.length === 0) return `${target} DO NOTHING`;
  return `${target} DO UPDATE SET ${changed.map((column) => `${quoteName(column)} = EXCLUDED.${quoteName(column)}`).join(", ")}`;
}
