import { t } from "@mortise/sdk";

/** Input fields that several operations have, so that they read the same everywhere. */

export const tableField = t.String({
  title: "Table",
  description: "Name of the table, with its schema where it is not on the search path: `sales.orders`. Capitals count.",
  minLength: 1,
  "x-order": 1,
  "x-placeholder": "orders",
});

export const sqlField = t.String({
  title: "SQL",
  description: "One statement. Values go into parameters: $1, $2, … stand for them.",
  minLength: 1,
  "x-widget": "sql",
  "x-order": 1,
});

export const paramsField = t.Optional(
  t.Array(t.Unknown(), {
    title: "Parameters",
    description: "Values for $1, $2, … in order. A list becomes an array of PostgreSQL, an object JSON.",
    "x-order": 2,
  }),
);

export const rowsField = t.Array(t.Record(t.String(), t.Unknown()), {
  title: "Rows",
  description: "Objects by column name. A field that a row lacks is null.",
  maxItems: 100_000,
  "x-order": 2,
});

export const rowSchema = t.Record(t.String(), t.Unknown());
