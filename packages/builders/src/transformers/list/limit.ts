import Type from "typebox";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { defineTransformer } from "../define-transformer.ts";
import { listOf } from "../records.ts";

const Params = Type.Object(
  {
    count: Type.Integer({ title: "At most", minimum: 0 }),
    skip: Type.Optional(Type.Integer({ title: "Skip first", minimum: 0, default: 0 })),
  },
  { additionalProperties: false },
);

export const limit = defineTransformer({
  name: "limit",
  title: "Limit",
  description: "Keeps a number of elements from the start of a list, after skipping some.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { count }) => ({
    type: "array",
    items: kindsOf(input) === KIND.array ? elementOf(input) : true,
    maxItems: count,
  }),
  compile:
    ({ count, skip = 0 }) =>
    (value) =>
      listOf("limit", value).slice(skip, skip + count),
});
