import Type from "typebox";
import { textOf } from "../../values/text-of.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, isBlank, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Fields", "A field that holds a list gives its elements."),
    with: Type.Optional(Type.String({ title: "Separator", default: " " })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const join = defineTransformer({
  name: "join",
  title: "Join texts",
  description: "Puts the values of several fields, or the elements of a list, into one text. Missing ones are left out.",
  group: "text",
  takes: "records",
  params: Params,
  outputType: (input, { fields, into }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      return shapeToSchema({
        fields: new Map([...shape.fields, [into, { schema: { type: "string" }, required: true }]]),
        rest: shape.rest,
      });
    });
  },
  compile: ({ fields, with: separator = " ", into }) =>
    perRecord("join", (record) => {
      const values = fields.flatMap((field) => fieldOf(record, field) ?? []);
      return {
        ...record,
        [into]: values
          .filter((value) => !isBlank(value))
          .map(textOf)
          .join(separator),
      };
    }),
});
