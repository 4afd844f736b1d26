import Type from "typebox";
import { fieldOf, isBlank } from "../transformers/records.ts";
import { textOf } from "../values/text-of.ts";
import { defineRule } from "./define-rule.ts";

export const distribution = defineRule({
  name: "distribution",
  title: "Distribution",
  description:
    "The values of a field are shared out over the whole list as expected, each within a number of percentage points; values that are not named count together as other. It is a problem of the list: no row is rejected for it.",
  params: {
    field: Type.String({ title: "Field", minLength: 1 }),
    expected: Type.Record(Type.String(), Type.Number({ title: "Percent", minimum: 0, maximum: 100 }), {
      title: "Expected",
      minProperties: 1,
      "x-help": 'Value to percent: {"paid": 80, "open": 20}. What is left to 100 is other.',
    }),
    tolerance: Type.Optional(Type.Number({ title: "Percentage points", minimum: 0, default: 10 })),
  },
  compile: (params, context) => {
    const {
      field,
      expected,
      tolerance = 10,
    } = params as {
      readonly field: string;
      readonly expected: { readonly [value: string]: number };
      readonly tolerance?: number;
    };
    context.checkField(field, "/field");
    const named = Object.values(expected).reduce((sum, each) => sum + each, 0);
    if (named > 100.000001)
      context.report("error", "INVALID_VALUE", "/expected", `the percentages add up to ${named}, at most 100 are there`);
    return {
      check: () => undefined,
      checkList: (rows) => {
        const counts = new Map<string, number>();
        let total = 0;
        for (const row of rows) {
          const value = fieldOf(row, field) ?? null;
          if (isBlank(value)) continue;
          total++;
          const text = textOf(value);
          const key = Object.hasOwn(expected, text) ? text : "";
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        if (total === 0) return undefined;
        const wanted: readonly (readonly [string, number, string])[] = [
          ...Object.entries(expected).map(([value, percent]) => [value, percent, `"${value}"`] as const),
          ["", Math.max(0, 100 - named), "other"],
        ];
        for (const [key, percent, name] of wanted) {
          const share = ((counts.get(key) ?? 0) * 100) / total;
          if (Math.abs(share - percent) > tolerance)
            return `${name} has ${Number(share.toFixed(2))} % of "${field}", expected ${percent} % within ${tolerance} points`;
        }
        return undefined;
      },
    };
  },
});
