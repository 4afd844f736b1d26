import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, listOf } from "../records.ts";

const Params = Type.Object({}, { additionalProperties: false });

export const reverse = defineTransformer({
  name: "reverse",
  title: "Reverse",
  description: "Turns the order of a list around.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input) => ({ type: "array", items: itemOf(input) }),
  compile: () => (value) => listOf("reverse", value).toReversed(),
});
