import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { readQuery } from "./read-query.ts";

export const parseQuery = defineFieldTransformer({
  name: "parseQuery",
  title: "Read a query string",
  description:
    "Reads a=1&b=2 (application/x-www-form-urlencoded) into a record of texts; a name that occurs several times gives a list.",
  group: "format",
  params: {
    lists: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Always lists",
        "x-help": "Names that give a list also when they occur once.",
      }),
    ),
  },
  takes: KIND.string,
  result: () => ({
    type: "object",
    additionalProperties: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  }),
  compile: ({ lists = [] }) => {
    const always = new Set(lists);
    return (value): Json => readQuery(value as string, always);
  },
});
