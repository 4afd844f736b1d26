import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { keyOf } from "../group-rows.ts";
import { FieldNames } from "../params.ts";
import { checkFields, fieldOf, recordsOf, rowOf } from "../records.ts";

const Params = Type.Object(
  { by: FieldNames("By", "Of records that agree in all of these fields the first stays.") },
  { additionalProperties: false },
);

export const unique = defineTransformer({
  name: "unique",
  title: "Drop doubles",
  description: "Keeps the first record of each key.",
  group: "list",
  takes: "rows",
  params: Params,
  outputType: (input, { by }, context) => {
    checkFields(context, rowOf(input), by, "/by");
    return input;
  },
  compile:
    ({ by }) =>
    (value) => {
      const seen = new Set<string>();
      return recordsOf("unique", value).filter((row) => {
        const key = keyOf(by.map((field) => fieldOf(row, field) ?? null));
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
    },
});
