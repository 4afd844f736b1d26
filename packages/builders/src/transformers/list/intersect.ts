import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import { itemOf, listOf } from "../records.ts";
import { checkList, keysBy } from "./other-list.ts";

const Params = Type.Object(
  {
    with: RowValue("Other list", "Computed once."),
    by: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "By",
        minItems: 1,
        "x-help": "Records are equal that agree in these fields. Absent: in all.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const intersect = defineTransformer({
  name: "intersect",
  title: "Intersection",
  description: "Keeps the elements that also occur in another list.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { with: other, by }, context) => {
    checkList(input, other, by, context);
    return { type: "array", items: itemOf(input) };
  },
  compile: ({ with: other, by }, context) => {
    const source = context.value(other, "/with");
    const key = keysBy(by);
    return (value, scope) => {
      const known = new Set(listOf("intersect", source.evaluate(scope)).map(key));
      return listOf("intersect", value).filter((each) => known.has(key(each)) === true);
    };
  },
});
