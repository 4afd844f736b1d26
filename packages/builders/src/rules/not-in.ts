import type { Json } from "@mortise/contract";
import Type from "typebox";
import { canonicalKey } from "../transformers/canonical-key.ts";
import { defineFieldRule } from "./define-rule.ts";

export const notIn = defineFieldRule({
  name: "notIn",
  title: "None of",
  description: "The value is none of a list that is written here, such as test accounts.",
  params: {
    values: Type.Array(Type.Unsafe<Json>({}), { title: "Values", minItems: 1 }),
    ignoreCase: Type.Optional(Type.Boolean({ title: "Ignore case", default: false })),
  },
  compile: ({ values, ignoreCase = false }) => {
    const key = (value: Json) => canonicalKey(ignoreCase && typeof value === "string" ? value.toLowerCase() : value);
    const forbidden = new Set(values.map(key));
    return (value) => (forbidden.has(key(value)) ? "has a value that is not allowed" : undefined);
  },
});
