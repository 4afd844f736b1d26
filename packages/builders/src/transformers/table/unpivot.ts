import type { Json, JsonSchema } from "@mortise/contract";
import Type from "typebox";
import { unionOf } from "../../schema/union-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldNames } from "../params.ts";
import { checkFields, fieldOf, fieldType, itemOf, recordsOf, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Columns", "Each becomes a record of its own."),
    name: Type.Optional(Type.String({ title: "Name into", minLength: 1, default: "name" })),
    value: Type.Optional(Type.String({ title: "Value into", minLength: 1, default: "value" })),
    keepNull: Type.Optional(
      Type.Boolean({ title: "Also without a value", default: false, "x-help": "Of a missing field with null." }),
    ),
  },
  { additionalProperties: false },
);

export const unpivot = defineTransformer({
  name: "unpivot",
  title: "Unpivot",
  description: "Makes rows of columns: one record of each column, with its name and its value; the other fields are repeated.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { fields, name = "name", value = "value" }, context) => {
    const row = itemOf(input);
    checkFields(context, row, fields, "/fields");
    const shape = shapeOf(row);
    const kept = [...shape.fields].filter(([field]) => !fields.includes(field));
    const made: readonly (readonly [string, { readonly schema: JsonSchema; readonly required: boolean }])[] = [
      [name, { schema: { type: "string", enum: [...new Set(fields)] }, required: true }],
      [value, { schema: unionOf(fields.map((field) => fieldType(row, field))), required: true }],
    ];
    return { type: "array", items: shapeToSchema({ fields: new Map([...kept, ...made]), rest: shape.rest }) };
  },
  compile: ({ fields, name = "name", value = "value", keepNull = false }) => {
    const moved = new Set(fields);
    return (input) => {
      const made: Json[] = [];
      for (const row of recordsOf("unpivot", input)) {
        const rest: { [field: string]: Json } = {};
        for (const [field, each] of Object.entries(row)) if (!moved.has(field)) setField(rest, field, each);
        for (const field of fields) {
          const each = fieldOf(row, field) ?? null;
          if (each === null && !keepNull) continue;
          boundElements("unpivot", made.length);
          const copy: { [field: string]: Json } = { ...rest };
          setField(copy, name, field);
          setField(copy, value, each);
          made.push(copy);
        }
      }
      return made;
    };
  },
});
