import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, listOf } from "../records.ts";

const Params = Type.Object({ size: Type.Integer({ title: "Elements in each", minimum: 1 }) }, { additionalProperties: false });

export const chunk = defineTransformer({
  name: "chunk",
  title: "Cut into batches",
  description: "Cuts a list into lists of so many elements; the last one may be shorter.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { size }) => ({
    type: "array",
    items: { type: "array", items: itemOf(input), minItems: 1, maxItems: size },
  }),
  compile:
    ({ size }) =>
    (value) => {
      const list = listOf("chunk", value);
      const made: Json[] = [];
      for (let at = 0; at < list.length; at += size) made.push(list.slice(at, at + size));
      return made;
    },
});
