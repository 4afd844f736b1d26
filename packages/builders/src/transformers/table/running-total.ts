import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { DecimalSum } from "../../expressions/decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { defineTransformer } from "../define-transformer.ts";
import { keyOf } from "../group-rows.ts";
import { FieldName } from "../params.ts";
import { checkFields, fieldOf, isBlank, itemOf, recordsOf, setField, withField } from "../records.ts";
import { Partition } from "./partition.ts";

const Params = Type.Object(
  { field: FieldName("Field"), by: Partition, into: FieldName("Into field") },
  { additionalProperties: false },
);

export const runningTotal = defineTransformer({
  name: "runningTotal",
  title: "Running total",
  description: "Adds up a field from record to record, exact in decimal, in all or by group. Blanks do not count.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { field, by, into }, context) => {
    const row = itemOf(input);
    context.checkField(row, field, "/field");
    checkFields(context, row, by ?? [], "/by");
    return { type: "array", items: withField(row, into, { type: "number" }) };
  },
  compile:
    ({ field, by = [], into }) =>
    (value) => {
      const totals = new Map<string, DecimalSum>();
      return recordsOf("runningTotal", value).map((row, index): Json => {
        const key = keyOf(by.map((each) => fieldOf(row, each) ?? null));
        const total = totals.get(key) ?? new DecimalSum();
        totals.set(key, total);
        const number = fieldOf(row, field) ?? null;
        if (!isBlank(number)) {
          if (typeof number !== "number")
            throw new MortiseError(
              "TRANSFORM_FAILED",
              `runningTotal: "${field}" of record ${index} is ${describeValue(number)}, expected a number; cast it first`,
            );
          total.add(number);
        }
        const made: { [field: string]: Json } = { ...row };
        setField(made, into, total.value);
        return made;
      });
    },
});
