import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf, memberOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("List fields", "Their elements are put together by position."),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const zip = defineTransformer({
  name: "zip",
  title: "Zip lists",
  description:
    "Makes of several lists side by side one list of records: names and values to rows. Shorter lists are filled up with null.",
  group: "list",
  takes: "records",
  params: Params,
  outputType: (input, { fields, into }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const types = fields.map((field) => {
        const { schema } = memberOf(row, field);
        return [field, unionOf([kindsOf(schema) & KIND.array ? elementOf(schema) : true, { type: "null" }])] as const;
      });
      const item = {
        type: "object",
        properties: Object.fromEntries(types),
        required: [...new Set(fields)],
        additionalProperties: false,
      } as const;
      return withField(row, into, { type: "array", items: item });
    });
  },
  compile: ({ fields, into }) => {
    return (value, scope) => {
      let count = 0;
      const one = perRecord("zip", (record, _, index) => {
        const lists = fields.map((field) => {
          const list = fieldOf(record, field) ?? [];
          if (Array.isArray(list)) return list as readonly Json[];
          throw new MortiseError(
            "TRANSFORM_FAILED",
            `zip: "${field}" of record ${index} is ${describeValue(list)}, expected a list`,
          );
        });
        const length = Math.max(...lists.map((list) => list.length));
        count += length * lists.length;
        boundElements("zip", count);
        const rows = Array.from({ length }, (_each, i) => {
          const row: { [field: string]: Json } = {};
          for (let at = 0; at < fields.length; at++) setField(row, fields[at] as string, lists[at]?.[i] ?? null);
          return row;
        });
        const made: { [field: string]: Json } = { ...record };
        setField(made, into, rows);
        return made;
      });
      return one(value, scope);
    };
  },
});
