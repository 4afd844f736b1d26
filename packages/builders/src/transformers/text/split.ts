import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { fieldOf, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Field"),
    by: Type.String({ title: "Separator", minLength: 1 }),
    into: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Into fields",
        minItems: 1,
        "x-help": "One name a part; the last gets the rest. Absent: the field becomes a list.",
      }),
    ),
    trim: Type.Optional(Type.Boolean({ title: "Without blanks around the parts", default: true })),
  },
  { additionalProperties: false },
);

const LIST = Object.freeze({ type: "array" as const, items: { type: "string" as const } });

export const split = defineTransformer({
  name: "split",
  title: "Split a text",
  description:
    "Cuts a text field at a separator, into a list or into several fields. A missing field stays missing; missing parts are null.",
  group: "text",
  takes: "records",
  params: Params,
  outputType: (input, { field, into }, context) => {
    context.checkField(rowOf(input), field, "/field");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const fields = new Map(shape.fields);
      for (const name of into ?? []) fields.set(name, { schema: { type: ["string", "null"] }, required: true });
      if (!into) fields.set(field, { schema: LIST, required: shape.fields.get(field)?.required === true });
      return shapeToSchema({ fields, rest: shape.rest });
    });
  },
  compile: ({ field, by, into, trim = true }) =>
    perRecord("split", (record) => {
      const value = fieldOf(record, field);
      const parts =
        typeof value === "string" ? cut(value, by, into?.length).map((part) => (trim ? part.trim() : part)) : undefined;
      if (into) return { ...record, ...Object.fromEntries(into.map((name, i): [string, Json] => [name, parts?.[i] ?? null])) };
      return parts ? { ...record, [field]: parts } : record;
    }),
});

function cut(text: string, by: string, most: number | undefined): readonly string[] {
  const parts = text.split(by);
  if (most === undefined || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
}
