import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";

export const whitespace = defineFieldRule({
  name: "whitespace",
  title: "Blanks",
  description: "The text has no blanks around it and none doubled inside; if wanted also no line breaks.",
  params: { lines: Type.Optional(Type.Boolean({ title: "May have line breaks", default: true })) },
  compile:
    ({ lines = true }) =>
    (value) => {
      if (typeof value !== "string") return `must be text, found ${describeValue(value)}`;
      if (value !== value.trim()) return "has blanks around it";
      if (!lines && /[\r\n]/.test(value)) return "has line breaks";
      return /[^\S\r\n]{2}/.test(value) ? "has doubled blanks" : undefined;
    },
});
