import Type from "typebox";
import { DecimalSum } from "../expressions/decimal.ts";
import { canonicalKey } from "../transformers/canonical-key.ts";
import { Choice } from "../transformers/params.ts";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

type Function = "sum" | "avg" | "min" | "max" | "distinct";

export const summary = defineRule({
  name: "summary",
  title: "Sum, average or count of the list",
  description:
    "The sum, average, smallest, largest or number of distinct values of a field over the whole list lies between two bounds; sums are exact in decimal. It is a problem of the list: no row is rejected for it.",
  params: {
    field: Type.String({ title: "Field", minLength: 1 }),
    function: Choice(["sum", "avg", "min", "max", "distinct"], { title: "Function" }),
    min: Type.Optional(Type.Number({ title: "At least" })),
    max: Type.Optional(Type.Number({ title: "At most" })),
  },
  compile: (params, context) => {
    const {
      field,
      function: name,
      min,
      max,
    } = params as { readonly field: string; readonly function: Function; readonly min?: number; readonly max?: number };
    context.checkField(field, "/field");
    if (min === undefined && max === undefined) context.report("error", "MISSING_KEY", "", '"summary" needs "min" or "max"');
    return {
      check: () => undefined,
      checkList: (rows) => {
        const found = compute(rows, field, name);
        if (found === undefined) return `there is no ${name} of "${field}": it has no numbers`;
        if (min !== undefined && found < min) return `the ${name} of "${field}" is ${found}, expected at least ${min}`;
        return max !== undefined && found > max ? `the ${name} of "${field}" is ${found}, expected at most ${max}` : undefined;
      },
    };
  },
});

function compute(rows: readonly Row[], field: string, name: Function): number | undefined {
  const values = rows.flatMap((row) => {
    const value = fieldOf(row, field);
    return value === undefined || isBlank(value) ? [] : [value];
  });
  if (name === "distinct") return new Set(values.map(canonicalKey)).size;
  const numbers = values.map(numberOf).filter((each) => each !== undefined);
  const sum = new DecimalSum();
  for (const each of numbers) sum.add(each);
  if (name === "sum") return sum.value;
  if (numbers.length === 0) return undefined;
  if (name === "avg") return sum.value / numbers.length;
  return numbers.reduce((a, b) => (name === "min" ? Math.min(a, b) : Math.max(a, b)));
}
