import { type Json, MortiseError, type NativeContext, type NativePage, native, operation, type Static, t } from "@mortise/sdk";
import type pg from "pg";
import { outcomes } from "../errors/outcomes.ts";
import { paramsField, rowSchema } from "../fields.ts";
import { type Row, readRows } from "../rows/read-rows.ts";
import { transactionPages } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { KEY_PREFIX, keysetStatement } from "../sql/keyset.ts";
import { primaryKeyOf } from "../sql/table-columns.ts";

const input = t.Object({
  table: t.Optional(t.String({ title: "Table", description: "Table or view to read; or give SQL.", minLength: 1, "x-order": 1 })),
  sql: t.Optional(
    t.String({ title: "SQL", description: "A SELECT in place of a table.", minLength: 1, "x-widget": "sql", "x-order": 2 }),
  ),
  params: paramsField,
  columns: t.Optional(
    t.Array(t.String({ minLength: 1 }), { title: "Columns", description: "Absent: all.", minItems: 1, uniqueItems: true }),
  ),
  orderBy: t.Optional(
    t.Array(t.String({ minLength: 1 }), {
      title: "Order",
      description:
        "Columns that are never null and together unique: reading goes on after them. Absent: the table's primary key.",
      minItems: 1,
      uniqueItems: true,
    }),
  ),
  limit: t.Optional(
    t.Integer({
      title: "At most",
      description: "Rows to read at most, outside of a loop.",
      minimum: 1,
      maximum: 10_000,
      "x-advanced": true,
    }),
  ),
});

type StreamInput = Static<typeof input>;

/** Pages that one statement may read before the next one starts after the last row. */
const PAGES_A_STATEMENT = 16;

/** Reads a table or a query of any size in the order of a key, in pages; a saved cursor is the key of the last row. */
export const streamRows = operation(
  {
    title: "Stream rows",
    description: "Reads all rows of a table or a query, of any size, in the order of a key.",
    effect: "read",
    settings: postgresSettings,
    input,
    output: t.Object({ rows: t.Array(rowSchema), count: t.Optional(t.Integer()) }),
    stream: { items: "/rows", resume: "cursor" },
    outcomes,
    attemptTimeoutMs: 110_000,
    examples: [{ input: { table: "strikes", orderBy: ["id"] }, output: { rows: [{ id: 1, state: "New York", cost: 0 }] } }],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], stream: readPages }),
);

async function* readPages(
  input: StreamInput,
  ctx: NativeContext<PostgresSettings>,
  page: { readonly cursor: Json; readonly size: number },
): AsyncGenerator<NativePage<Row>> {
  if ((input.table === undefined) === (input.sql === undefined)) {
    throw new MortiseError("INVALID_INPUT", "Exactly one of table and sql is needed.", { path: input.table ? "/sql" : "/table" });
  }
  let after = readCursor(page.cursor);
  for (let more = true; more; ) {
    more = false;
    for await (const read of transactionPages(ctx, { readOnly: true }, (client) => stretch(client, input, after, page.size))) {
      yield { items: read.items, next: read.next && { after: read.next } };
      after = read.next;
      more = read.next !== null;
    }
  }
}

interface KeyedPage {
  readonly items: readonly Row[];
  /** Key of the last row as text; null where nothing follows. */
  readonly next: string[] | null;
}

/** The next pages after a key, in one statement. */
async function* stretch(
  client: pg.Client,
  input: StreamInput,
  after: readonly string[] | null,
  size: number,
): AsyncGenerator<KeyedPage> {
  const table = input.table === undefined ? undefined : quoteTable(input.table);
  const order = input.orderBy ?? (table ? await primaryKeyOf(client, table) : []);
  if (order.length === 0) {
    throw new MortiseError("INVALID_INPUT", `${input.table ?? "A query"} has no primary key to read in the order of.`, {
      path: "/orderBy",
      remedy: "Name columns that are never null and together unique.",
    });
  }
  const params = (input.params ?? []) as Json[];
  const limit = size * PAGES_A_STATEMENT;
  const sql = keysetStatement({
    source: table ?? `(\n${input.sql?.replace(/[;\s]+$/, "")}\n)`,
    columns: input.columns,
    order,
    after,
    params: params.length,
    limit: limit + 1,
  });
  let items: Row[] = [];
  let key: string[] = [];
  let count = 0;
  for await (const row of readRows(client, sql, [...params, ...(after ?? [])], Math.min(size + 1, 1_000))) {
    if (items.length === size) {
      yield { items, next: key };
      items = [];
      if (count === limit) return;
    }
    key = takeKey(row, order);
    items.push(row);
    count++;
  }
  yield { items, next: null };
}

/** Removes the key columns that were added as text and gives their values. */
function takeKey(row: Row, order: readonly string[]): string[] {
  return order.map((column, index) => {
    const name = `${KEY_PREFIX}${index}`;
    const value = row[name];
    delete row[name];
    if (typeof value !== "string") {
      throw new MortiseError("CALL_REJECTED", `A row has no value in ${column}, so reading cannot go on after it.`, {
        remedy: "Order by columns that are never null, or leave such rows out in the SQL.",
        path: "/orderBy",
      });
    }
    return value;
  });
}

function readCursor(cursor: Json): readonly string[] | null {
  if (cursor === null || cursor === undefined) return null;
  const { after } = cursor as { after?: unknown };
  if (Array.isArray(after) && after.every((part) => typeof part === "string")) return after;
  throw new MortiseError("INVALID_INPUT", `${JSON.stringify(cursor)} is no cursor of a table: {after: [key]} is needed.`);
}
