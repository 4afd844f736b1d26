import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      title: "Fields",
      minProperties: 1,
      "x-help": "Old name to new name; all other fields stay, and the order stays.",
    }),
  },
  { additionalProperties: false },
);

export const rename = defineTransformer({
  name: "rename",
  title: "Rename fields",
  description: "Gives fields other names; a field that takes the name of another replaces it.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    for (const name of Object.keys(fields)) context.checkField(rowOf(input), name, `/fields/${name}`);
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const replaced = new Set(Object.values(fields));
      const kept = [...shape.fields].filter(([name]) => Object.hasOwn(fields, name) || !replaced.has(name));
      const renamed = kept.map(([name, field]) => [newName(fields, name), field] as const);
      const open = Object.entries(fields).filter(([name]) => !shape.fields.has(name));
      const added = open.map(([, name]) => [name, { schema: shape.rest || true, required: false }] as const);
      return shapeToSchema({ fields: new Map([...renamed, ...added]), rest: shape.rest });
    });
  },
  compile: ({ fields }) => {
    const replaced = new Set(Object.values(fields));
    return perRecord("rename", (record) => {
      const renames = (name: string) => Object.hasOwn(fields, name);
      const taken = new Set(
        Object.keys(record)
          .filter(renames)
          .map((name) => fields[name]),
      );
      const kept = Object.entries(record).filter(([name]) => renames(name) || !replaced.has(name) || !taken.has(name));
      return Object.fromEntries(kept.map(([name, value]) => [newName(fields, name), value]));
    });
  },
});

function newName(fields: { readonly [name: string]: string }, name: string): string {
  return (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? name;
}
