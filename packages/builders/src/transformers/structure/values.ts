import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { anyField } from "../records.ts";

export const values = defineFieldTransformer({
  name: "values",
  title: "Values of fields",
  description: "The values of the fields, as a list.",
  group: "structure",
  params: {},
  takes: KIND.object,
  result: (_, type) => ({ type: "array", items: anyField(type) }),
  compile: () => (value) => Object.values(value as { readonly [field: string]: Json }),
});
