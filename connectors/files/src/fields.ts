import { t } from "@mortise/sdk";

/** Input fields that several operations have, so that they read the same everywhere. */

export const pathField = t.String({
  title: "File",
  description: "Path of the file, below the connection's folder.",
  minLength: 1,
  "x-widget": "file",
  "x-order": 1,
});

export const limitField = t.Optional(
  t.Integer({
    title: "At most",
    description: "Rows to read at most, outside of a loop.",
    minimum: 1,
    maximum: 10_000,
    "x-advanced": true,
  }),
);

export const onBadRowField = t.Optional(
  t.Union([t.Literal("stop"), t.Literal("reject")], {
    title: "Bad rows",
    description:
      "stop: the first bad row ends reading with its line. reject: a bad row is delivered with the fields _error and _line (and _raw where it cannot be split).",
    default: "stop",
    "x-advanced": true,
  }),
);

export const delimiterField = t.Optional(
  t.String({
    title: "Delimiter",
    description: "Text between two cells.",
    default: ",",
    minLength: 1,
    maxLength: 4,
    "x-advanced": true,
  }),
);

export const rowsField = t.Array(t.Record(t.String(), t.Unknown()), {
  title: "Rows",
  description: "Objects by column name. In CSV, objects and arrays become their JSON text, null a blank.",
  maxItems: 100_000,
  "x-order": 2,
});

export const columnsField = t.Optional(
  t.Array(t.String({ minLength: 1 }), {
    title: "Columns",
    description: "Names and order of the columns. Absent: those of the rows, in the order in which they first appear.",
    minItems: 1,
    uniqueItems: true,
    "x-advanced": true,
  }),
);
