import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type, { type Static } from "typebox";
import { DecimalSum } from "../../expressions/decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { isWhole } from "../../schema/kinds.ts";
import { elementOf, memberOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { pointerTo } from "../../values/json-pointer.ts";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows, keyOf } from "../group-rows.ts";
import { orderValues } from "../order-values.ts";
import { FieldName } from "../params.ts";
import { checkFields, fieldOf, isBlank, perRecordType, type Row, recordsOf, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const FunctionName = Type.Union(
  ["count", "sum", "min", "max", "avg", "first", "last", "distinct"].map((name) => Type.Literal(name)),
  { title: "Function" },
);

const Params = Type.Object(
  {
    by: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "By",
        "x-help": "One result for each group that agrees in these fields. Absent: one for all.",
      }),
    ),
    of: Type.Optional(
      Type.String({
        ...FieldName("List inside of each record"),
        "x-help": "What group made, for example rows: each record gets its own results.",
      }),
    ),
    compute: Type.Record(
      Type.String(),
      Type.Object({ function: FunctionName, field: Type.Optional(FieldName("Field")) }, { additionalProperties: false }),
      {
        title: "Compute",
        minProperties: 1,
        "x-help": 'Name of the result to function and field: {"total": {"function": "sum", "field": "cost"}}.',
      },
    ),
  },
  { additionalProperties: false },
);

type Compute = Static<typeof Params>["compute"];

export const aggregate = defineTransformer({
  name: "aggregate",
  title: "Aggregate",
  description:
    "Computes count, sum, min, max, avg, first, last or distinct over a list of records, in all or by group. Missing values do not count. Sums are exact in decimal: cents stay cents.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, params, context) => {
    const { by = [], of, compute } = params;
    for (const [name, each] of Object.entries(compute)) {
      if (each.field !== undefined || each.function === "count") continue;
      context.report("error", "MISSING_KEY", pointerTo("/compute", name), `"${each.function}" needs a field`);
    }
    const outer = rowOf(input);
    const row = of === undefined ? outer : elementOf(memberOf(outer, of).schema);
    if (of !== undefined) context.checkField(outer, of, "/of");
    checkFields(context, row, by, "/by");
    for (const [name, { field }] of Object.entries(compute)) {
      if (field !== undefined) context.checkField(row, field, `${pointerTo("/compute", name)}/field`);
    }
    const results = Object.entries(compute).map(
      ([name, each]) => [name, { schema: resultType(row, each), required: true }] as const,
    );
    if (of !== undefined) {
      return perRecordType(input, (record) => {
        const shape = shapeOf(record);
        const kept = [...shape.fields].filter(([name]) => name !== of);
        return shapeToSchema({ fields: new Map([...kept, ...results]), rest: shape.rest });
      });
    }
    const keys = by.map((name) => [name, { schema: memberOf(row, name).schema || true, required: true }] as const);
    const record = shapeToSchema({ fields: new Map([...keys, ...results]), rest: false });
    return by.length === 0 ? record : { type: "array", items: record };
  },
  compile: ({ by = [], of, compute }) => {
    if (of !== undefined) {
      return (value) =>
        recordsOf("aggregate", value).map(({ [of]: list, ...record }) => ({
          ...record,
          ...computeAll(recordsOf("aggregate", list ?? []), compute),
        }));
    }
    return (value) => {
      const rows = recordsOf("aggregate", value);
      if (by.length === 0) return computeAll(rows, compute);
      return groupRows(rows, by).map((each) => ({ ...each.key, ...computeAll(each.rows, compute) }));
    };
  },
});

function computeAll(rows: readonly Row[], compute: Compute): { readonly [name: string]: Json } {
  return Object.fromEntries(Object.entries(compute).map(([name, each]) => [name, computeOne(rows, each.function, each.field)]));
}

function computeOne(rows: readonly Row[], name: string, field: string | undefined): Json {
  if (field === undefined) return rows.length;
  const values = rows.map((row) => fieldOf(row, field)).filter((value): value is Json => !isBlank(value));
  switch (name) {
    case "count":
      return values.length;
    case "sum":
      return total(values, field);
    case "avg":
      return values.length === 0 ? null : total(values, field) / values.length;
    case "min":
      return values.reduce<Json>((best, value) => (best === null || orderValues(value, best, false) < 0 ? value : best), null);
    case "max":
      return values.reduce<Json>((best, value) => (best === null || orderValues(value, best, false) > 0 ? value : best), null);
    case "first":
      return values[0] ?? null;
    case "last":
      return values.at(-1) ?? null;
    default:
      return [...new Map(values.map((value) => [keyOf([value]), value])).values()];
  }
}

function total(values: readonly Json[], field: string): number {
  const sum = new DecimalSum();
  for (const value of values) {
    if (typeof value !== "number") {
      throw new MortiseError(
        "TRANSFORM_FAILED",
        `aggregate: "${field}" is ${describeValue(value)}, expected a number; cast it first`,
      );
    }
    sum.add(value);
  }
  return sum.value;
}

function resultType(row: JsonSchema, { function: name, field }: Compute[string]): JsonSchema {
  const type = field === undefined ? true : memberOf(row, field).schema || true;
  switch (name) {
    case "count":
      return { type: "integer", minimum: 0 };
    case "sum":
      return { type: isWhole(type) ? "integer" : "number" };
    case "avg":
      return { type: ["number", "null"] };
    case "distinct":
      return { type: "array", items: type };
    default:
      return unionOf([type, { type: "null" }]);
  }
}
