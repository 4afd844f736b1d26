import Type from "typebox";
import { ExactDecimal } from "../numbers/exact-decimal.ts";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

export const precision = defineFieldRule({
  name: "precision",
  title: "Digits of a number",
  description: "The number has at most so many digits before and after the point: what a column of a database holds.",
  params: {
    whole: Type.Optional(Type.Integer({ title: "Before the point", minimum: 1 })),
    fraction: Type.Optional(Type.Integer({ title: "After the point", minimum: 0 })),
  },
  compile: ({ whole, fraction }, context) => {
    if (whole === undefined && fraction === undefined)
      context.report("error", "MISSING_KEY", "", '"precision" needs "whole" or "fraction"');
    return (value) => {
      const number = numberOf(value);
      const exact = number === undefined ? undefined : ExactDecimal.of(number);
      if (exact === undefined) return `must be a number, found ${describeValue(value)}`;
      const [before = "", after = ""] = exact.toString().replace("-", "").split(".");
      if (whole !== undefined && before.replace(/^0+/, "").length > whole)
        return `has more than ${whole} digits before the point`;
      return fraction !== undefined && after.replace(/0+$/, "").length > fraction
        ? `has more than ${fraction} digits after the point`
        : undefined;
    };
  },
});
