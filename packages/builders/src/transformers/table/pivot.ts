import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { DecimalSum } from "../../expressions/decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { unionOf } from "../../schema/union-of.ts";
import { textOf } from "../../values/text-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows } from "../group-rows.ts";
import { Choice, FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, fieldType, isBlank, itemOf, type Row, recordsOf, setField, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    by: FieldNames("Rows by", "One record for each group that agrees in these fields."),
    column: FieldName("Columns from field"),
    value: FieldName("Values from field"),
    function: Type.Optional(
      Choice(["first", "last", "sum", "count"], {
        title: "Where there are several",
        default: "first",
        "x-help": "sum is exact in decimal",
      }),
    ),
    columns: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Columns",
        minItems: 1,
        "x-help": "Only these, in this order: their types are known before the run. Absent: those that occur.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** Columns that data may make. */
const MAX_COLUMNS = 10_000;

export const pivot = defineTransformer({
  name: "pivot",
  title: "Pivot",
  description:
    "Makes columns of the values of a field: rows of region, month, sales become one row a region with a column a month. Gaps are null.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { by, column, value, function: name = "first", columns }, context) => {
    const row = itemOf(input);
    checkFields(context, row, by, "/by");
    context.checkField(row, column, "/column");
    context.checkField(row, value, "/value");
    const cell: JsonSchema = unionOf([
      name === "count" ? { type: "integer" } : name === "sum" ? { type: "number" } : fieldType(row, value),
      { type: "null" },
    ]);
    const keys = by.map((field) => [field, { schema: fieldType(row, field), required: true }] as const);
    if (columns === undefined) return { type: "array", items: { type: "object" } };
    const cells = columns.map((each) => [each, { schema: cell, required: true }] as const);
    return { type: "array", items: shapeToSchema({ fields: new Map([...keys, ...cells]), rest: false }) };
  },
  compile: ({ by, column, value, function: name = "first", columns }) => {
    return (input) => {
      const rows = recordsOf("pivot", input);
      const found = columns ?? [...new Set(rows.map((row) => columnOf(row, column)))].filter((each) => each !== "");
      if (found.length > MAX_COLUMNS)
        throw new MortiseError("EXPRESSION_LIMIT", `pivot: "${column}" has more than ${MAX_COLUMNS} values`);
      const groups = groupRows(rows, by);
      boundElements("pivot", groups.length * found.length);
      return groups.map((group): Json => {
        const cells = new Map<string, Json[]>();
        for (const row of group.rows) {
          const cell = fieldOf(row, value) ?? null;
          if (isBlank(cell)) continue;
          const at = columnOf(row, column);
          const known = cells.get(at);
          if (known) known.push(cell);
          else cells.set(at, [cell]);
        }
        const made: { [field: string]: Json } = { ...group.key };
        for (const each of found) setField(made, each, cellOf(cells.get(each) ?? [], name, value));
        return made;
      });
    };
  },
});

function columnOf(row: Row, column: string): string {
  return textOf(fieldOf(row, column) ?? null);
}

function cellOf(values: readonly Json[], name: "first" | "last" | "sum" | "count", field: string): Json {
  if (name === "count") return values.length === 0 ? null : values.length;
  if (name !== "sum") return (name === "first" ? values[0] : values.at(-1)) ?? null;
  const sum = new DecimalSum();
  for (const value of values) {
    if (typeof value !== "number")
      throw new MortiseError(
        "TRANSFORM_FAILED",
        `pivot: "${field}" is ${describeValue(value)}, expected a number; cast it first`,
      );
    sum.add(value);
  }
  return values.length === 0 ? null : sum.value;
}
