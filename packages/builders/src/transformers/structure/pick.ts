import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldNames } from "../params.ts";
import { checkFields, fieldOf, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Fields", "In the order in which they come out; a field that a record lacks is left out."),
  },
  { additionalProperties: false },
);

export const pick = defineTransformer({
  name: "pick",
  title: "Pick fields",
  description: "Keeps the fields named and drops all others.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const kept = fields.map(
        (name) => [name, shape.fields.get(name) ?? { schema: shape.rest || true, required: false }] as const,
      );
      return shapeToSchema({ fields: new Map(kept), rest: false });
    });
  },
  compile: ({ fields }) =>
    perRecord("pick", (record) => {
      const picked: { [field: string]: Json } = {};
      for (const field of fields) {
        const value = fieldOf(record, field);
        if (value !== undefined) picked[field] = value;
      }
      return picked;
    }),
});
