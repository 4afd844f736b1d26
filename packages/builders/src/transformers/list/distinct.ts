import type { Json } from "@mortise/contract";
import Type from "typebox";
import { canonicalKey } from "../canonical-key.ts";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, listOf } from "../records.ts";

const Params = Type.Object(
  {
    ignoreCase: Type.Optional(
      Type.Boolean({ title: "Ignore case", default: false, "x-help": "Of texts; the first spelling stays." }),
    ),
  },
  { additionalProperties: false },
);

export const distinct = defineTransformer({
  name: "distinct",
  title: "Distinct values",
  description: "Keeps the first of equal elements of a list, also of records: those are equal where all their fields are.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input) => ({ type: "array", items: itemOf(input) }),
  compile:
    ({ ignoreCase = false }) =>
    (value) => {
      const seen = new Set<string>();
      return listOf("distinct", value).filter((each: Json) => {
        const key = canonicalKey(ignoreCase && typeof each === "string" ? each.toLowerCase() : each);
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
    },
});
