import type { Json } from "@mortise/contract";
import Type from "typebox";
import { unionOf } from "../../schema/union-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import { itemOf, listOf } from "../records.ts";
import { checkList, keysBy } from "./other-list.ts";

const Params = Type.Object(
  {
    with: RowValue("Other list", "Computed once; its elements come after those of the first."),
    by: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "By",
        minItems: 1,
        "x-help": "Records are equal that agree in these fields. Absent: in all.",
      }),
    ),
    all: Type.Optional(Type.Boolean({ title: "Keep doubles", default: false })),
  },
  { additionalProperties: false },
);

export const union = defineTransformer({
  name: "union",
  title: "Union",
  description: "Puts two lists together; of equal elements the first stays.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { with: other, by }, context) => {
    const type = checkList(input, other, by, context);
    return { type: "array", items: unionOf([itemOf(input), itemOf(type)]) };
  },
  compile: ({ with: other, by, all = false }, context) => {
    const source = context.value(other, "/with");
    const key = keysBy(by);
    return (value, scope) => {
      const lists: readonly (readonly Json[])[] = [listOf("union", value), listOf("union", source.evaluate(scope))];
      boundElements("union", (lists[0]?.length ?? 0) + (lists[1]?.length ?? 0));
      if (all) return lists.flat();
      const kept = new Map<string, Json>();
      for (const each of lists.flat()) {
        const id = key(each);
        if (!kept.has(id)) kept.set(id, each);
      }
      return [...kept.values()];
    };
  },
});
