import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import {
  fieldOf,
  isBlank,
  isRecord,
  perRecord,
  perRecordType,
  type Row,
  recordsOf,
  rowOf,
  setField,
  withField,
} from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Field"),
    by: Type.Optional(
      Type.String({ title: "Of field", minLength: 1, "x-help": "Absent: of the sum of the field over all records, its share." }),
    ),
    into: FieldName("Into field"),
    percent: Type.Optional(Type.Boolean({ title: "In percent", default: false })),
    digits: Type.Optional(Type.Integer({ title: "Digits after the point", minimum: 0, maximum: 15, default: 4 })),
  },
  { additionalProperties: false },
);

export const ratio = defineTransformer({
  name: "ratio",
  title: "Ratio",
  description: "Divides a field by another, or by the sum over all records. Null where one is blank or the divisor is 0.",
  group: "number",
  takes: "records",
  params: Params,
  outputType: (input, { field, by, into }, context) => {
    context.checkField(rowOf(input), field, "/field");
    if (by !== undefined) context.checkField(rowOf(input), by, "/by");
    return perRecordType(input, (row) => withField(row, into, { type: ["number", "null"] }));
  },
  compile: ({ field, by, into, percent = false, digits = 4 }) => {
    const hundred = new ExactDecimal(100n, 0);
    return (value, scope) => {
      const total = by === undefined ? totalOf(isRecord(value) ? [value] : recordsOf("ratio", value), field) : undefined;
      const one = perRecord("ratio", (record, _, index) => {
        const part = exactOf(record, field, index);
        const whole = by === undefined ? total : exactOf(record, by, index);
        const quotient = part && whole ? (percent ? part.times(hundred) : part).dividedBy(whole, digits) : undefined;
        const made: { [field: string]: Json } = { ...record };
        setField(made, into, quotient?.toNumber() ?? null);
        return made;
      });
      return one(value, scope);
    };
  },
});

function totalOf(rows: readonly Row[], field: string): ExactDecimal {
  return rows.reduce((total, row, index) => total.plus(exactOf(row, field, index) ?? ZERO), ZERO);
}

const ZERO = new ExactDecimal(0n, 0);

function exactOf(record: Row, field: string, index: number): ExactDecimal | undefined {
  const value = fieldOf(record, field);
  if (isBlank(value)) return undefined;
  const exact = typeof value === "number" ? ExactDecimal.of(value) : undefined;
  if (exact) return exact;
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `ratio: "${field}" of record ${index} is ${describeValue(value)}, expected a number; cast it first`,
  );
}
