import type { Json } from "@mortise/contract";
import Type from "typebox";
import { unionOf } from "../../schema/union-of.ts";
import { defineTransformer } from "../define-transformer.ts";
import { keyOf } from "../group-rows.ts";
import { FieldNames } from "../params.ts";
import { checkFields, fieldOf, fieldType, isBlank, itemOf, recordsOf, setField, withField } from "../records.ts";
import { Partition } from "./partition.ts";

const Params = Type.Object(
  { fields: FieldNames("Fields", "Where it is blank, the last value before it is taken."), by: Partition },
  { additionalProperties: false },
);

export const fillDown = defineTransformer({
  name: "fillDown",
  title: "Fill down",
  description:
    "Fills blanks (missing, null, or text of blanks) with the last value above, as merged cells of a sheet mean it. Null where there is none.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { fields, by }, context) => {
    const row = itemOf(input);
    checkFields(context, row, fields, "/fields");
    checkFields(context, row, by ?? [], "/by");
    const filled = fields.reduce(
      (type, field) => withField(type, field, unionOf([fieldType(row, field), { type: "null" }])),
      row,
    );
    return { type: "array", items: filled };
  },
  compile:
    ({ fields, by = [] }) =>
    (value) => {
      const last = new Map<string, Json[]>();
      return recordsOf("fillDown", value).map((row): Json => {
        const key = keyOf(by.map((each) => fieldOf(row, each) ?? null));
        const known = last.get(key) ?? [];
        last.set(key, known);
        const made: { [field: string]: Json } = { ...row };
        fields.forEach((field, i) => {
          const own = fieldOf(row, field) ?? null;
          if (!isBlank(own)) known[i] = own;
          setField(made, field, known[i] ?? null);
        });
        return made;
      });
    },
});
