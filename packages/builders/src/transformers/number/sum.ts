import { MortiseError } from "@mortise/contract";
import Type from "typebox";
import { DecimalSum } from "../../expressions/decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { isWhole } from "../../schema/kinds.ts";
import { memberOf } from "../../schema/members.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, isBlank, perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Fields", "Blanks do not count. A field that holds a list of numbers gives its elements."),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const sum = defineTransformer({
  name: "sum",
  title: "Add up fields",
  description: "Adds up several fields of each record, exact in decimal: cents stay cents.",
  group: "number",
  takes: "records",
  params: Params,
  outputType: (input, { fields, into }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) =>
      withField(row, into, { type: fields.every((field) => isWhole(memberOf(row, field).schema)) ? "integer" : "number" }),
    );
  },
  compile: ({ fields, into }) =>
    perRecord("sum", (record, _, index) => {
      const total = new DecimalSum();
      for (const field of fields) {
        const value = fieldOf(record, field) ?? null;
        for (const each of Array.isArray(value) ? value : [value]) {
          if (isBlank(each)) continue;
          if (typeof each !== "number")
            throw new MortiseError(
              "TRANSFORM_FAILED",
              `sum: "${field}" of record ${index} is ${describeValue(each)}, expected a number; cast it first`,
            );
          total.add(each);
        }
      }
      const made = { ...record };
      setField(made, into, total.value);
      return made;
    }),
});
