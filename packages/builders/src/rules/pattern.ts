import Type from "typebox";
import { linearPattern } from "../expressions/linear-pattern.ts";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";

export const pattern = defineFieldRule({
  name: "pattern",
  title: "Pattern",
  description:
    "The text matches a regular expression (RE2 syntax, matched in linear time). It may match any part; ^ and $ tie it to the ends.",
  params: { pattern: Type.String({ title: "Pattern", minLength: 1, "x-placeholder": "^[0-9]{5}$" }) },
  compile: ({ pattern: source }, context) => {
    const compiled = linearPattern(source);
    if (typeof compiled === "string") {
      context.report("error", "INVALID_VALUE", "/pattern", compiled);
      return () => undefined;
    }
    return (value) => {
      if (typeof value !== "string" && typeof value !== "number") return `must be text, found ${describeValue(value)}`;
      return compiled.test(String(value)) ? undefined : `does not match the pattern ${source}`;
    };
  },
});
