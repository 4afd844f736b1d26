import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { unionOf } from "../../schema/union-of.ts";
import { withoutKinds } from "../../schema/without-kinds.ts";
import { pointerTo } from "../../values/json-pointer.ts";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import { fieldOf, isBlank, perRecord, perRecordType, rowOf, rowScope, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: Type.Record(Type.String(), RowValue("Value", "Sees the record as row."), {
      title: "Fields",
      minProperties: 1,
      "x-help": 'Name to value: {"country": "DE"}. A blank is missing, null, or text of blanks.',
    }),
  },
  { additionalProperties: false },
);

export const defaults = defineTransformer({
  name: "defaults",
  title: "Fill in defaults",
  description: "Gives fields that are blank (missing, null, or text of blanks) a fixed or computed value.",
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
      const filled = types.map(([name, type]) => {
        const known = shape.fields.get(name)?.schema ?? shape.rest;
        return [name, { schema: unionOf([withoutKinds(known, KIND.null), type]), required: true }] as const;
      });
      return shapeToSchema({ fields: new Map([...shape.fields, ...filled]), rest: shape.rest });
    });
  },
  compile: ({ fields }, context) => {
    const values = Object.entries(fields).map(
      ([name, value]) => [name, context.rowValue(value, pointerTo("/fields", name), true)] as const,
    );
    return (value, scope) => {
      const rows = rowScope(scope);
      const one = perRecord("defaults", (record, _, index) => {
        const made: { [field: string]: Json } = { ...record };
        for (const [name, each] of values) if (isBlank(fieldOf(record, name))) made[name] = each.evaluate(rows.of(record, index));
        return made;
      });
      return one(value, scope);
    };
  },
});
