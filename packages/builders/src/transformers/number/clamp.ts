import Type from "typebox";
import { isWhole, KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const clamp = defineFieldTransformer({
  name: "clamp",
  title: "Keep within bounds",
  description: "Raises numbers that are too small to the minimum, and lowers those that are too large to the maximum.",
  group: "number",
  params: {
    min: Type.Optional(Type.Number({ title: "At least" })),
    max: Type.Optional(Type.Number({ title: "At most" })),
  },
  takes: KIND.number,
  result: ({ min, max }, type) => {
    const whole = isWhole(type) && Number.isInteger(min ?? 0) && Number.isInteger(max ?? 0);
    return {
      type: whole ? "integer" : "number",
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    };
  },
  check: ({ min, max }, context) => {
    if (min !== undefined && max !== undefined && min > max)
      context.report("error", "INVALID_VALUE", "/max", `the maximum ${max} is less than the minimum ${min}`);
  },
  compile:
    ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) =>
    (value) =>
      Math.min(max, Math.max(min, value as number)),
});
