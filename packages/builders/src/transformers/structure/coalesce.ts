import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { unionOf } from "../../schema/union-of.ts";
import { withoutKinds } from "../../schema/without-kinds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, fieldOf, fieldType, isBlank, perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  { fields: FieldNames("Fields", "The first that is not blank wins."), into: FieldName("Into field") },
  { additionalProperties: false },
);

export const coalesce = defineTransformer({
  name: "coalesce",
  title: "First that is filled",
  description: "Takes the first of several fields that is not blank (missing, null, or text of blanks); null where all are.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields, into }, context) => {
    checkFields(context, rowOf(input), fields, "/fields");
    return perRecordType(input, (row) => {
      const types = fields.map((field) => withoutKinds(fieldType(row, field), KIND.null));
      return withField(row, into, unionOf([...types, { type: "null" }]));
    });
  },
  compile: ({ fields, into }) =>
    perRecord("coalesce", (record) => {
      const found = fields.find((field) => !isBlank(fieldOf(record, field)));
      const made = { ...record };
      setField(made, into, found === undefined ? null : (fieldOf(record, found) ?? null));
      return made;
    }),
});
