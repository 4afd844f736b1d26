import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";

export const length = defineFieldRule({
  name: "length",
  title: "Length",
  description: "The text has a number of characters, or the list a number of elements, between two bounds.",
  params: {
    min: Type.Optional(Type.Integer({ title: "At least", minimum: 0 })),
    max: Type.Optional(Type.Integer({ title: "At most", minimum: 0 })),
  },
  compile: ({ min, max }, context) => {
    if (min === undefined && max === undefined) context.report("error", "MISSING_KEY", "", '"length" needs "min" or "max"');
    if (min !== undefined && max !== undefined && min > max)
      context.report("error", "INVALID_VALUE", "/min", `the minimum ${min} is over the maximum ${max}`);
    return (value) => {
      if (typeof value !== "string" && !Array.isArray(value)) return `must be text or a list, found ${describeValue(value)}`;
      const size = typeof value === "string" ? [...value].length : value.length;
      const unit = typeof value === "string" ? "characters" : "elements";
      if (min !== undefined && size < min) return `has ${size} ${unit}, expected at least ${min}`;
      return max !== undefined && size > max ? `has ${size} ${unit}, expected at most ${max}` : undefined;
    };
  },
});
