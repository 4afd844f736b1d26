import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { tableField } from "../fields.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";
import { columnsOfTable } from "../sql/table-columns.ts";

/** What people call a type, and what PostgreSQL calls it (as `format_type` gives it). */
const TYPES = {
  text: "text",
  integer: "integer",
  bigint: "bigint",
  number: "double precision",
  decimal: "numeric",
  boolean: "boolean",
  date: "date",
  time: "time without time zone",
  datetime: "timestamp with time zone",
  json: "jsonb",
  uuid: "uuid",
  binary: "bytea",
} as const;

const input = t.Object({
  table: tableField,
  columns: t.Array(
    t.Object({
      name: t.String({ title: "Name", description: "Name of the column.", minLength: 1 }),
      type: t.Enum(Object.keys(TYPES) as (keyof typeof TYPES)[], { title: "Type", description: "What the column holds." }),
      required: t.Optional(
        t.Boolean({ title: "Must have a value", description: "On: a row without one is refused.", default: false }),
      ),
    }),
    {
      title: "Columns",
      description: "At least one, in the order that the table has them.",
      minItems: 1,
      maxItems: 500,
      "x-order": 2,
    },
  ),
  primaryKey: t.Optional(
    t.Array(t.String({ minLength: 1 }), {
      title: "Key",
      description: "Columns that identify a row; upsertRows needs them.",
      uniqueItems: true,
      "x-order": 3,
    }),
  ),
  ifNotExists: t.Optional(
    t.Boolean({
      title: "Leave a table that is there",
      description: "Off: a table that is there is a conflict.",
      default: true,
      "x-advanced": true,
    }),
  ),
});

/** Creates a table, or finds that it is there with these columns. */
export const createTable = operation(
  {
    title: "Create table",
    description: "Creates a table without SQL. A table that is there already is left as it is, if it has these columns.",
    effect: "create",
    reversible: false,
    idempotency: "natural",
    settings: postgresSettings,
    input,
    output: t.Object({ table: t.String(), created: t.Boolean() }),
    outcomes,
    examples: [
      {
        input: {
          table: "strikes",
          columns: [
            { name: "id", type: "integer" },
            { name: "cost", type: "decimal" },
          ],
          primaryKey: ["id"],
        },
        output: { table: "strikes", created: true },
      },
    ],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: create }),
);

type CreateInput = Static<typeof input>;

async function create(input: CreateInput, ctx: NativeContext<PostgresSettings>): Promise<{ table: string; created: boolean }> {
  const table = quoteTable(input.table);
  return inTransaction(ctx, { readOnly: false }, async (client) => {
    // Two who create the same table at once would fail in the catalogue; the lock lets the second find the first's table.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('mortise create table'), hashtext($1))", [table]);
    const before = await columnsOfTable(client, table);
    if (before) return { table: input.table, created: existing(input, before) };
    await client.query(definition(table, input));
    return { table: input.table, created: true };
  });
}

function definition(table: string, input: CreateInput): string {
  const columns = input.columns.map(
    ({ name, type, required }) => `${quoteName(name)} ${TYPES[type]}${required ? " NOT NULL" : ""}`,
  );
  const key = input.primaryKey?.length ? [`PRIMARY KEY (${input.primaryKey.map(quoteName).join(", ")})`] : [];
  return `CREATE TABLE ${table} (${[...columns, ...key].join(", ")})`;
}

function existing(input: CreateInput, found: Awaited<ReturnType<typeof columnsOfTable>>): false {
  const problems = input.columns.flatMap(({ name, type }) => {
    const there = found?.find((column) => column.name === name);
    if (!there) return [`it has no column ${name}`];
    return there.type === TYPES[type] ? [] : [`its column ${name} is ${there.type}, not ${TYPES[type]}`];
  });
  const key = (found ?? []).filter((column) => column.primaryKey).map((column) => column.name);
  if (input.primaryKey?.length && key.toSorted().join("\n") !== input.primaryKey.toSorted().join("\n")) {
    problems.push(key.length > 0 ? `its key is ${key.join(", ")}` : "it has no key");
  }
  if (input.ifNotExists === false) problems.push("it is there");
  if (problems.length === 0) return false;
  throw new MortiseError("CONFLICT", `The table ${input.table} exists, and ${problems.join("; ")}.`, {
    remedy: "Use another name, or change the table with execute.",
    path: "/table",
  });
}
