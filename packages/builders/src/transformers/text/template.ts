import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { perRecord, perRecordType, rowOf, rowScope, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    text: Type.String({
      title: "Text",
      "x-widget": "textarea",
      "x-help": "Holes see the record as row: Dear ${row.name}. A plain ${ is written $${.",
    }),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const template = defineTransformer({
  name: "template",
  title: "Fill in a text",
  description: "Writes a text with values of the record in its holes into a field.",
  group: "text",
  takes: "records",
  params: Params,
  outputType: (input, { text, into }, context) => {
    context.rowValue({ $text: text }, "/text", rowOf(input));
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      return shapeToSchema({
        fields: new Map([...shape.fields, [into, { schema: { type: "string" }, required: true }]]),
        rest: shape.rest,
      });
    });
  },
  compile: ({ text, into }, context) => {
    const value = context.rowValue({ $text: text }, "/text", true);
    return (input, scope) => {
      const rows = rowScope(scope);
      return perRecord("template", (record, _, index) => ({ ...record, [into]: value.evaluate(rows.of(record, index)) }))(
        input,
        scope,
      );
    };
  },
});
