import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const keys = defineFieldTransformer({
  name: "keys",
  title: "Names of fields",
  description: "The names of the fields, as a list.",
  group: "structure",
  params: {},
  takes: KIND.object,
  result: () => ({ type: "array", items: { type: "string" } }),
  compile: () => (value) => Object.keys(value as { readonly [field: string]: Json }),
});
