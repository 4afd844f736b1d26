import Type from "typebox";
import { ExactDecimal, ROUNDING_MODES } from "../../numbers/exact-decimal.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const round = defineFieldTransformer({
  name: "round",
  title: "Round",
  description: "Rounds a number by its decimal digits, or to a multiple of a step such as 0.05.",
  group: "number",
  params: {
    digits: Type.Optional(
      Type.Integer({
        title: "Digits after the point",
        minimum: -15,
        maximum: 15,
        default: 0,
        "x-help": "-2 rounds to hundreds.",
      }),
    ),
    step: Type.Optional(Type.Number({ title: "Step", "x-help": "Instead of digits: 0.05 rounds to five cents." })),
    mode: Type.Optional(
      Choice(ROUNDING_MODES, {
        title: "Halves and direction",
        default: "half-up",
        "x-help": "half-up: halves away from zero, as on paper · half-even: bankers' rounding",
      }),
    ),
  },
  takes: KIND.number,
  result: ({ digits = 0, step }) => ({ type: step === undefined && digits <= 0 ? "integer" : "number" }),
  check: ({ step }, context) => {
    if (step !== undefined && step <= 0) context.report("error", "INVALID_VALUE", "/step", "a step is more than 0");
  },
  compile: ({ digits = 0, step, mode = "half-up" }) => {
    const size = step === undefined ? undefined : ExactDecimal.of(step);
    return (value) => {
      const exact = ExactDecimal.of(value as number);
      if (size === undefined) return exact?.rounded(digits, mode).toNumber();
      return exact?.dividedBy(size, 0, mode)?.times(size).toNumber();
    };
  },
});
