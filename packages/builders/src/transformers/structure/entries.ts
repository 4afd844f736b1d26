import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { anyField, type Row } from "../records.ts";

export const entries = defineFieldTransformer({
  name: "entries",
  title: "Fields to a list",
  description: "Makes of a record a list of records, one of each field, with its name and its value.",
  group: "structure",
  params: {
    key: Type.Optional(Type.String({ title: "Name is in", minLength: 1, default: "key" })),
    value: Type.Optional(Type.String({ title: "Value is in", minLength: 1, default: "value" })),
  },
  takes: KIND.object,
  result: ({ key = "key", value = "value" }, type) => ({
    type: "array",
    items: {
      type: "object",
      properties: { [key]: { type: "string" }, [value]: anyField(type) },
      required: [...new Set([key, value])],
      additionalProperties: false,
    },
  }),
  compile:
    ({ key = "key", value = "value" }) =>
    (record) =>
      Object.entries(record as Row).map(([name, each]): Json => ({ [key]: name, [value]: each })),
});
