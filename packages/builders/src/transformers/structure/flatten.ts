import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { isRecord, perRecord, perRecordType, type RecordShape, type Row, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    separator: Type.Optional(Type.String({ title: "Separator", minLength: 1, default: "." })),
    depth: Type.Optional(
      Type.Integer({ title: "Levels", minimum: 1, maximum: 32, default: 32, "x-help": "Deeper records stay as they are." }),
    ),
  },
  { additionalProperties: false },
);

export const flatten = defineTransformer({
  name: "flatten",
  title: "Flatten records",
  description:
    "Lifts the fields of nested records up, under names such as address.city. Lists and empty records stay as they are.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { separator = ".", depth = 32 }) =>
    perRecordType(input, (row) => {
      const fields = new Map<string, { readonly schema: RecordShape["rest"]; readonly required: boolean }>();
      const isKnown = collect(shapeOf(row), "", true, { separator, depth, fields });
      return shapeToSchema({ fields, rest: !isKnown });
    }),
  compile: ({ separator = ".", depth = 32 }) =>
    perRecord("flatten", (record) => {
      const made: { [field: string]: Json } = {};
      const lift = (row: Row, prefix: string, level: number): void => {
        for (const [name, value] of Object.entries(row)) {
          if (level < depth && isRecord(value) && Object.keys(value).length > 0) {
            boundElements("flatten", prefix.length + name.length);
            lift(value, `${prefix}${name}${separator}`, level + 1);
          } else setField(made, prefix + name, value);
        }
      };
      lift(record, "", 0);
      return made;
    }),
});

interface Collection {
  readonly separator: string;
  readonly depth: number;
  readonly fields: Map<string, { readonly schema: RecordShape["rest"]; readonly required: boolean }>;
}

/** Whether all names are known that can come out. */
function collect(shape: RecordShape, prefix: string, required: boolean, into: Collection, level = 0): boolean {
  let isKnown = shape.rest === false;
  for (const [name, field] of shape.fields) {
    const kinds = kindsOf(field.schema);
    const inner = level < into.depth && kinds === KIND.object ? shapeOf(field.schema) : undefined;
    if (inner?.rest === false && [...inner.fields.values()].some((each) => each.required)) {
      const known = collect(inner, `${prefix}${name}${into.separator}`, required && field.required, into, level + 1);
      isKnown &&= known;
    } else if (level < into.depth && kinds & KIND.object) isKnown = false;
    else into.fields.set(prefix + name, { schema: field.schema, required: required && field.required });
  }
  return isKnown;
}
