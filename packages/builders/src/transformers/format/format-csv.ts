import type { Json } from "@mortise/contract";
import Papa from "papaparse";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { textOf } from "../../values/text-of.ts";
import { boundElements } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { fieldOf, isRecord } from "../records.ts";

export const formatCsv = defineFieldTransformer({
  name: "formatCsv",
  title: "Write CSV",
  description:
    "Writes a list of records as CSV text (RFC 4180, lines end with CRLF). Texts that a spreadsheet would take for a formula get an apostrophe, unless that is turned off.",
  group: "format",
  params: {
    columns: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Columns",
        minItems: 1,
        "x-help": "In this order. Absent: all that occur.",
      }),
    ),
    delimiter: Type.Optional(Type.String({ title: "Delimiter", minLength: 1, default: "," })),
    header: Type.Optional(Type.Boolean({ title: "With a head line", default: true })),
    formulas: Type.Optional(
      Type.Boolean({
        title: "Keep formulas",
        default: false,
        "x-help": "Off: =, +, -, @ at the start of a text are made harmless.",
      }),
    ),
  },
  takes: KIND.array,
  whole: true,
  expected: "list of records",
  result: () => ({ type: "string" }),
  compile:
    ({ columns, delimiter = ",", header = true, formulas = false }) =>
    (value) => {
      const rows = value as readonly Json[];
      if (!rows.every(isRecord)) return undefined;
      const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
      boundElements("formatCsv", rows.length * names.length);
      const data = rows.map((row) => names.map((name) => textOf(fieldOf(row, name) ?? null)));
      const lines = header ? [names, ...data] : data;
      return Papa.unparse(lines as string[][], {
        delimiter,
        newline: "\r\n",
        escapeFormulae: formulas ? false : /^[=+\-@\t\r](?!\d+(\.\d+)?$)/,
      });
    },
});
