import type { Json } from "@mortise/contract";
import Type from "typebox";
import { pointerTo } from "../../values/json-pointer.ts";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import { perRecord, perRecordType, rowOf, rowScope, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: Type.Record(Type.String(), RowValue("Value", "Sees the record as row, before any of these fields is set."), {
      title: "Fields",
      minProperties: 1,
      "x-help": 'Name to value, for example {"total": {"$cel": "row.price * row.count"}}.',
    }),
  },
  { additionalProperties: false },
);

export const set = defineTransformer({
  name: "set",
  title: "Set fields",
  description: "Adds fields with a fixed or computed value; a field that is there already is replaced.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    const row = rowOf(input);
    const types = Object.entries(fields).map(
      ([name, value]) => [name, context.rowValue(value, pointerTo("/fields", name), row).type] as const,
    );
    return perRecordType(input, () => {
      const shape = shapeOf(row);
      const added = types.map(([name, schema]) => [name, { schema, required: true }] as const);
      return shapeToSchema({ fields: new Map([...shape.fields, ...added]), rest: shape.rest });
    });
  },
  compile: ({ fields }, context) => {
    const values = Object.entries(fields).map(
      ([name, value]) => [name, context.rowValue(value, pointerTo("/fields", name), true)] as const,
    );
    return (value, scope) => {
      const rows = rowScope(scope);
      const one = perRecord("set", (record, _, index) => {
        const inner = rows.of(record, index);
        const result: { [field: string]: Json } = { ...record };
        for (const [name, each] of values) result[name] = each.evaluate(inner);
        return result;
      });
      return one(value, scope);
    };
  },
});
