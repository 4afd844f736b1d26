import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../../schema/describe-type.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import {
  fieldOf,
  isRecord,
  perRecord,
  perRecordType,
  type Row,
  rowOf,
  rowScope,
  setField,
  shapeOf,
  shapeToSchema,
} from "../records.ts";

const Params = Type.Object(
  {
    with: RowValue("Record", "Its fields win. It sees the record as row."),
    deep: Type.Optional(
      Type.Boolean({ title: "Also inside", default: false, "x-help": "Records inside are merged too; lists are replaced." }),
    ),
  },
  { additionalProperties: false },
);

/** Levels that are merged; deeper records are replaced. */
const MAX_LEVELS = 32;

export const merge = defineTransformer({
  name: "merge",
  title: "Merge records",
  description: "Adds the fields of another record; where both have a field, the other record's value wins.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { with: other, deep = false }, context) => {
    const row = rowOf(input);
    const { type } = context.rowValue(other, "/with", row);
    if ((kindsOf(type) & KIND.object) === 0)
      context.report("error", "EXPRESSION_TYPE", "/with", `a record is needed, found ${describeType(type)}`);
    return perRecordType(input, () => {
      const [left, right] = [shapeOf(row), shapeOf(type)];
      if (deep || right.rest !== false || kindsOf(type) !== KIND.object) return { type: "object" };
      const fields = new Map(left.fields);
      for (const [name, field] of right.fields) {
        if (!field.required && left.fields.has(name)) return { type: "object" };
        fields.set(name, field);
      }
      return shapeToSchema({ fields, rest: left.rest });
    });
  },
  compile: ({ with: other, deep = false }, context) => {
    const source = context.rowValue(other, "/with", true);
    return (value, scope) => {
      const rows = rowScope(scope);
      const budget = { values: 0 };
      const one = perRecord("merge", (record, _, index) => {
        const added = source.evaluate(rows.of(record, index));
        if (isRecord(added)) return merged(record, added, deep ? MAX_LEVELS : 1, budget);
        throw new MortiseError("TRANSFORM_FAILED", `merge: found ${describeValue(added)} for record ${index}, expected a record`);
      });
      return one(value, scope);
    };
  },
});

function merged(left: Row, right: Row, levels: number, budget: { values: number }): Row {
  const made: { [field: string]: Json } = { ...left };
  for (const [name, value] of Object.entries(right)) {
    boundElements("merge", ++budget.values);
    const known = fieldOf(left, name);
    setField(made, name, levels > 1 && isRecord(known) && isRecord(value) ? merged(known, value, levels - 1, budget) : value);
  }
  return made;
}
