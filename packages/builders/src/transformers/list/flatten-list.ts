import type { Json, JsonSchema } from "@mortise/contract";
import Type from "typebox";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { withoutKinds } from "../../schema/without-kinds.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, listOf } from "../records.ts";

const Params = Type.Object(
  { depth: Type.Optional(Type.Integer({ title: "Levels", minimum: 1, maximum: 32, default: 1 })) },
  { additionalProperties: false },
);

export const flattenList = defineTransformer({
  name: "flattenList",
  title: "Flatten lists",
  description: "Makes one list of a list of lists.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { depth = 1 }) => {
    let item: JsonSchema = itemOf(input);
    for (let level = 0; level < depth; level++) {
      if ((kindsOf(item) & KIND.array) === 0 || item === true) break;
      item = unionOf([withoutKinds(item, KIND.array), elementOf(item)]);
    }
    return { type: "array", items: item };
  },
  compile:
    ({ depth = 1 }) =>
    (value) => {
      const made: Json[] = [];
      const add = (list: readonly Json[], level: number): void => {
        for (const each of list) {
          if (level > 0 && Array.isArray(each)) add(each as readonly Json[], level - 1);
          else {
            boundElements("flattenList", made.length);
            made.push(each);
          }
        }
      };
      add(listOf("flattenList", value), depth);
      return made;
    },
});
