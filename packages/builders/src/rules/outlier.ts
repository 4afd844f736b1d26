import Type from "typebox";
import { Choice } from "../transformers/params.ts";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

/** Fewer numbers say nothing about what is usual. */
const FEWEST = 4;

export const outlier = defineRule({
  name: "outlier",
  title: "Outlier",
  description:
    "The number is not far off from those of the other rows of the list: by interquartile range (Tukey), or by standard deviations from the mean. Lists of fewer than 4 numbers are not checked, nor is what is no number.",
  params: {
    field: Type.String({ title: "Field", minLength: 1 }),
    method: Type.Optional(Choice(["iqr", "zscore"], { title: "Method", default: "iqr" })),
    factor: Type.Optional(
      Type.Number({ title: "Factor", minimum: 0, "x-help": "Absent: 1.5 interquartile ranges, or 3 standard deviations." }),
    ),
  },
  compile: (params, context) => {
    const {
      field,
      method = "iqr",
      factor,
    } = params as { readonly field: string; readonly method?: "iqr" | "zscore"; readonly factor?: number };
    context.checkField(field, "/field");
    return {
      check: () => undefined,
      survey: (rows) => {
        const numbers = rows.map((row) => numberIn(row, field)).filter((each) => each !== undefined);
        if (numbers.length < FEWEST) return () => undefined;
        const [low, high] = method === "iqr" ? fences(numbers, factor ?? 1.5) : deviations(numbers, factor ?? 3);
        return (row) => {
          const number = numberIn(row, field);
          return number === undefined || (number >= low && number <= high)
            ? undefined
            : `"${field}" is ${number}, usual is ${short(low)} to ${short(high)}`;
        };
      },
    };
  },
});

function numberIn(row: Row, field: string): number | undefined {
  const value = fieldOf(row, field);
  return value === undefined || isBlank(value) ? undefined : numberOf(value);
}

function fences(numbers: readonly number[], factor: number): readonly [number, number] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  return [q1 - factor * (q3 - q1), q3 + factor * (q3 - q1)];
}

/** Between the two numbers beside it, in proportion (method 7 of Hyndman and Fan). */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  return below + ((sorted[Math.ceil(at)] ?? below) - below) * (at - Math.floor(at));
}

function deviations(numbers: readonly number[], factor: number): readonly [number, number] {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length);
  return [mean - factor * deviation, mean + factor * deviation];
}

function short(number: number): string {
  return String(Number(number.toPrecision(6)));
}
