import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

export const range = defineFieldRule({
  name: "range",
  title: "Range",
  description: "The number lies between two bounds, the bounds included. A text that reads as a number counts.",
  params: {
    min: Type.Optional(Type.Number({ title: "At least" })),
    max: Type.Optional(Type.Number({ title: "At most" })),
  },
  compile: ({ min, max }, context) => {
    if (min === undefined && max === undefined) context.report("error", "MISSING_KEY", "", '"range" needs "min" or "max"');
    if (min !== undefined && max !== undefined && min > max)
      context.report("error", "INVALID_VALUE", "/min", `the minimum ${min} is over the maximum ${max}`);
    return (value) => {
      const number = numberOf(value);
      if (number === undefined) return `must be a number, found ${describeValue(value)}`;
      if (min !== undefined && number < min) return `is ${number}, expected at least ${min}`;
      return max !== undefined && number > max ? `is ${number}, expected at most ${max}` : undefined;
    };
  },
});
