import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import Type from "typebox";
import { ANY_KIND, KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { withoutKinds } from "../../schema/without-kinds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { checkFields, fieldOf, fieldType, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { title: "Fields", minItems: 1, "x-help": "Absent: the value itself." }),
    ),
  },
  { additionalProperties: false },
);

export const toList = defineTransformer({
  name: "toList",
  title: "Make a list",
  description: "Makes a list of one element of a value that is no list; null and a missing field become an empty list.",
  group: "structure",
  params: Params,
  outputType: (input, { fields }, context) => {
    if (fields === undefined) return listed(input);
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const lists = fields.map((name) => [name, { schema: listed(fieldType(row, name)), required: true }] as const);
      return shapeToSchema({ fields: new Map([...shape.fields, ...lists]), rest: shape.rest });
    });
  },
  compile: ({ fields }) => {
    if (fields === undefined) return asList;
    return perRecord("toList", (record) => {
      const made: { [field: string]: Json } = { ...record };
      for (const name of fields) made[name] = asList(fieldOf(record, name) ?? null);
      return made;
    });
  },
});

function asList(value: Json): Json {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function listed(type: JsonSchema): JsonSchemaObject {
  const kinds = kindsOf(type);
  if (kinds === ANY_KIND) return { type: "array", items: true };
  const single = withoutKinds(type, KIND.array | KIND.null);
  return { type: "array", items: kinds & KIND.array ? unionOf([single, elementOf(type)]) : single };
}
