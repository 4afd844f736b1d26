import Type from "typebox";
import { ExactDecimal } from "../numbers/exact-decimal.ts";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

export const multipleOf = defineFieldRule({
  name: "multipleOf",
  title: "Multiple of",
  description: "The number is a multiple of a step, exact in decimal: 0.3 is one of 0.1.",
  params: { step: Type.Number({ title: "Step" }) },
  compile: ({ step }, context) => {
    if (step <= 0) context.report("error", "INVALID_VALUE", "/step", "a step is more than 0");
    const size = ExactDecimal.of(step);
    return (value) => {
      const number = numberOf(value);
      if (number === undefined) return `must be a number, found ${describeValue(value)}`;
      const exact = ExactDecimal.of(number);
      const times = exact && size && exact.dividedBy(size, 0, "down");
      return times && size && times.times(size).compare(exact) === 0
        ? undefined
        : `must be a multiple of ${step}, found ${number}`;
    };
  },
});
