import type { Json } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { parseNumber } from "../transformers/parse-number.ts";
import { defineFieldRule } from "./define-rule.ts";

const WORDS: { readonly [type: string]: string } = {
  number: "a number",
  integer: "a whole number",
  boolean: "yes/no",
  string: "text",
  list: "a list",
  record: "a record",
};

export const type = defineFieldRule({
  name: "type",
  title: "Kind of value",
  description: "The value is of a kind. With text, a text that reads as it counts too, as everything in a CSV file is text.",
  params: {
    type: Type.Union(
      ["number", "integer", "boolean", "string", "list", "record"].map((name) => Type.Literal(name)),
      { title: "Kind" },
    ),
    text: Type.Optional(
      Type.Boolean({ title: "Also as text", default: true, "x-help": '"12.5" counts as a number, "true" as yes/no.' }),
    ),
  },
  compile: ({ type: wanted, text = true }) => {
    return (value) =>
      isOf(value, wanted) || (text && typeof value === "string" && readsAs(value, wanted))
        ? undefined
        : `must be ${WORDS[wanted]}, found ${describeValue(value)}`;
  },
});

function isOf(value: Json, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "list":
      return Array.isArray(value);
    case "record":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function readsAs(text: string, type: string): boolean {
  if (type === "number") return parseNumber(text, ".") !== undefined;
  if (type === "integer") return Number.isInteger(parseNumber(text, "."));
  return type === "boolean" && /^(true|false|yes|no)$/i.test(text.trim());
}
