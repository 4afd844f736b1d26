import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, perRecord, perRecordType, rowOf, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  { fields: FieldNames("Fields", "These move into the new record."), into: FieldName("Into field") },
  { additionalProperties: false },
);

export const nest = defineTransformer({
  name: "nest",
  title: "Nest fields",
  description: "Moves fields into a record of their own.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields, into }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const inner = fields.map(
        (name) => [name, shape.fields.get(name) ?? { schema: shape.rest || true, required: false }] as const,
      );
      const kept = [...shape.fields].filter(([name]) => !fields.includes(name));
      const made = { schema: shapeToSchema({ fields: new Map(inner), rest: false }), required: true };
      return shapeToSchema({ fields: new Map([...kept, [into, made]]), rest: shape.rest });
    });
  },
  compile: ({ fields, into }) => {
    const moved = new Set(fields);
    return perRecord("nest", (record) => {
      const made: { [field: string]: Json } = {};
      for (const [name, value] of Object.entries(record)) if (!moved.has(name)) setField(made, name, value);
      const inner: { [field: string]: Json } = {};
      for (const name of fields) {
        const value = fieldOf(record, name);
        if (value !== undefined) setField(inner, name, value);
      }
      made[into] = inner;
      return made;
    });
  },
});
