import type { Json, JsonSchema } from "@mortise/contract";
import Papa from "papaparse";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { boundElements } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { setField } from "../records.ts";

export const parseCsv = defineFieldTransformer({
  name: "parseCsv",
  title: "Read CSV",
  description: "Reads CSV text (RFC 4180) into a list of records; every value is text. Without a head line into lists of texts.",
  group: "format",
  params: {
    delimiter: Type.Optional(Type.String({ title: "Delimiter", minLength: 1, default: "," })),
    header: Type.Optional(Type.Boolean({ title: "With a head line", default: true })),
    columns: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Columns",
        minItems: 1,
        "x-help": "Their names. Absent: those of the head line.",
      }),
    ),
  },
  takes: KIND.string,
  expected: "CSV text",
  result: ({ header = true, columns }) => ({ type: "array", items: rowType(header, columns) }),
  compile:
    ({ delimiter = ",", header = true, columns }) =>
    (value) => {
      const text = (value as string).replace(/^\uFEFF/, "");
      const { data, errors } = Papa.parse<string[]>(text, { delimiter, header: false, skipEmptyLines: true });
      if (errors.some(({ type }) => type === "Quotes")) return undefined;
      const names = columns ?? (header ? data[0] : undefined);
      const rows = header ? data.slice(1) : data;
      if (names === undefined) return rows;
      boundElements("parseCsv", rows.length * names.length);
      return rows.map((row): Json => {
        const made: { [field: string]: Json } = {};
        for (let i = 0; i < names.length; i++) setField(made, names[i] ?? "", row[i] ?? "");
        return made;
      });
    },
});

function rowType(header: boolean, columns: readonly string[] | undefined): JsonSchema {
  const text: JsonSchema = { type: "string" };
  if (columns === undefined) return header ? { type: "object", additionalProperties: text } : { type: "array", items: text };
  return {
    type: "object",
    properties: Object.fromEntries(columns.map((name) => [name, text])),
    required: [...new Set(columns)],
    additionalProperties: false,
  };
}
