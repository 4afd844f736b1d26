import type { Json } from "@mortise/contract";
import Type from "typebox";
import { isEqual } from "../expressions/comparison.ts";
import { defineFieldRule } from "./define-rule.ts";

export const oneOf = defineFieldRule({
  name: "oneOf",
  title: "One of",
  description: "The value is one of a list that is written here.",
  params: {
    values: Type.Array(Type.Unsafe<Json>({}), { title: "Values", minItems: 1 }),
    ignoreCase: Type.Optional(Type.Boolean({ title: "Ignore case", default: false })),
  },
  compile: ({ values, ignoreCase = false }) => {
    const fold = (value: Json): Json => (ignoreCase && typeof value === "string" ? value.toLowerCase() : value);
    const allowed = values.map(fold);
    const scalars = new Set(allowed);
    const shown = values
      .slice(0, 8)
      .map((value) => JSON.stringify(value))
      .join(", ");
    return (value) => {
      const wanted = fold(value);
      if (scalars.has(wanted) || allowed.some((each) => isEqual(each, wanted))) return undefined;
      return `must be one of ${shown}${values.length > 8 ? ", …" : ""}`;
    };
  },
});
