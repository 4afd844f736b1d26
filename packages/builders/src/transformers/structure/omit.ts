import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldNames } from "../params.ts";
import { checkFields, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Fields", "These are dropped; a field that a record lacks is passed over."),
  },
  { additionalProperties: false },
);

export const omit = defineTransformer({
  name: "omit",
  title: "Remove fields",
  description: "Drops the fields named and keeps all others.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    const dropped = new Set(fields);
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const kept = [...shape.fields].filter(([name]) => !dropped.has(name));
      return shapeToSchema({ fields: new Map(kept), rest: shape.rest });
    });
  },
  compile: ({ fields }) => {
    const dropped = new Set(fields);
    return perRecord("omit", (record) => Object.fromEntries(Object.entries(record).filter(([name]) => !dropped.has(name))));
  },
});
