import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { orderValues } from "../order-values.ts";
import { FieldName } from "../params.ts";
import { fieldOf, recordsOf, rowOf } from "../records.ts";

const Params = Type.Object(
  {
    by: Type.Array(
      Type.Object(
        {
          field: FieldName("Field"),
          order: Type.Optional(Type.Union([Type.Literal("asc"), Type.Literal("desc")], { title: "Order", default: "asc" })),
        },
        { additionalProperties: false },
      ),
      { title: "By", minItems: 1, "x-help": "The first field decides; the next ones where it is equal." },
    ),
  },
  { additionalProperties: false },
);

export const sort = defineTransformer({
  name: "sort",
  title: "Sort",
  description: "Puts records in order. Equal ones keep their order; missing values come last, ascending and descending.",
  group: "list",
  takes: "rows",
  params: Params,
  outputType: (input, { by }, context) => {
    by.forEach(({ field }, i) => {
      context.checkField(rowOf(input), field, `/by/${i}/field`);
    });
    return input;
  },
  compile:
    ({ by }) =>
    (value) =>
      [...recordsOf("sort", value)].sort((a, b) => {
        for (const { field, order } of by) {
          const result = orderValues(fieldOf(a, field), fieldOf(b, field), order === "desc");
          if (result !== 0) return result;
        }
        return 0;
      }),
});
