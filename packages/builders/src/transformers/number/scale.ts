import Type from "typebox";
import { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const scale = defineFieldTransformer({
  name: "scale",
  title: "Scale",
  description: "Multiplies a number and adds to it, exact in decimal: converts units such as miles to kilometres.",
  group: "number",
  params: {
    factor: Type.Optional(Type.Number({ title: "Times", default: 1 })),
    divisor: Type.Optional(Type.Number({ title: "Divided by", default: 1, "x-help": "After the multiplication, to 15 digits." })),
    offset: Type.Optional(Type.Number({ title: "Plus", default: 0, "x-help": "Added last." })),
  },
  takes: KIND.number,
  expected: "number that can be scaled",
  result: () => ({ type: "number" }),
  check: ({ divisor }, context) => {
    if (divisor === 0) context.report("error", "INVALID_VALUE", "/divisor", "nothing can be divided by 0");
  },
  compile: ({ factor = 1, divisor = 1, offset = 0 }) => {
    const [times, by, plus] = [ExactDecimal.of(factor), ExactDecimal.of(divisor), ExactDecimal.of(offset)];
    return (value) => {
      const exact = ExactDecimal.of(value as number);
      if (!exact || !times || !by || !plus) return undefined;
      const product = exact.times(times);
      const made = (divisor === 1 ? product : product.dividedBy(by, 15))?.plus(plus).toNumber();
      return made !== undefined && Number.isFinite(made) ? made : undefined;
    };
  },
});
