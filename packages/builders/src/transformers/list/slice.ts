import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, listOf } from "../records.ts";

const Params = Type.Object(
  {
    from: Type.Optional(Type.Integer({ title: "From position", default: 0, "x-help": "0 is the first; -1 is the last." })),
    to: Type.Optional(Type.Integer({ title: "Up to, without", "x-help": "Absent: up to the end; -1: all but the last." })),
  },
  { additionalProperties: false },
);

export const slice = defineTransformer({
  name: "slice",
  title: "Slice",
  description: "Takes a part of a list by positions; negative ones count from the end.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input) => ({ type: "array", items: itemOf(input) }),
  compile:
    ({ from = 0, to }) =>
    (value) =>
      listOf("slice", value).slice(from, to),
});
