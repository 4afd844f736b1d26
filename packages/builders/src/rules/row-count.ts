import Type from "typebox";
import { defineRule } from "./define-rule.ts";

export const rowCount = defineRule({
  name: "rowCount",
  title: "Number of rows",
  description:
    "The whole list has a number of rows between two bounds: a file that is half empty is noticed. It is a problem of the list: no row is rejected for it.",
  params: {
    min: Type.Optional(Type.Integer({ title: "At least", minimum: 0 })),
    max: Type.Optional(Type.Integer({ title: "At most", minimum: 0 })),
  },
  compile: (params, context) => {
    const { min, max } = params as { readonly min?: number; readonly max?: number };
    if (min === undefined && max === undefined) context.report("error", "MISSING_KEY", "", '"rowCount" needs "min" or "max"');
    return {
      check: () => undefined,
      checkList: ({ length }) => {
        if (min !== undefined && length < min) return `the list has ${length} rows, expected at least ${min}`;
        return max !== undefined && length > max ? `the list has ${length} rows, expected at most ${max}` : undefined;
      },
    };
  },
});
