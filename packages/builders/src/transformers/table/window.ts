import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { DecimalSum } from "../../expressions/decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { unionOf } from "../../schema/union-of.ts";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows } from "../group-rows.ts";
import { Choice, FieldName } from "../params.ts";
import { checkFields, fieldOf, fieldType, isBlank, itemOf, type Row, recordsOf, setField, withField } from "../records.ts";
import { Partition } from "./partition.ts";

const Params = Type.Object(
  {
    field: FieldName("Field"),
    function: Choice(["sum", "avg", "min", "max", "previous", "next", "change"], {
      title: "Function",
      "x-help": "previous, next: the value of the record before or after · change: less the value before",
    }),
    rows: Type.Optional(
      Type.Integer({
        title: "Records",
        minimum: 1,
        maximum: 10_000,
        default: 3,
        "x-help": "Of sum, avg, min and max: this record and those before it. Of previous, next and change: how far.",
      }),
    ),
    by: Partition,
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const window = defineTransformer({
  name: "window",
  title: "Moving window",
  description:
    "Computes over each record and its neighbours in their order: moving average and sum, the value before or after, the change. Sort before.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { field, function: name, by, into }, context) => {
    const row = itemOf(input);
    context.checkField(row, field, "/field");
    checkFields(context, row, by ?? [], "/by");
    const value =
      name === "previous" || name === "next"
        ? unionOf([fieldType(row, field), { type: "null" }])
        : ({ type: ["number", "null"] } as const);
    return { type: "array", items: withField(row, into, value) };
  },
  compile: ({
    field,
    function: name,
    rows: size = name === "previous" || name === "next" || name === "change" ? 1 : 3,
    by = [],
    into,
  }) => {
    return (value) => {
      const copies = recordsOf("window", value).map((row) => ({ ...row }));
      for (const { rows } of groupRows(copies, by)) {
        const values = rows.map((row) => fieldOf(row, field) ?? null);
        const made = COMPUTE[name](values, size, field);
        rows.forEach((row, i) => {
          setField(row as { [field: string]: Json }, into, made[i] ?? null);
        });
      }
      return copies as readonly Row[] as Json;
    };
  },
});

type Compute = (values: readonly Json[], size: number, field: string) => readonly Json[];

const COMPUTE: { readonly [name in "sum" | "avg" | "min" | "max" | "previous" | "next" | "change"]: Compute } = {
  previous: (values, size) => values.map((_, i) => values[i - size] ?? null),
  next: (values, size) => values.map((_, i) => values[i + size] ?? null),
  change: (values, size, field) => {
    const numbers = numbersOf(values, field);
    return numbers.map((each, i) => {
      const before = numbers[i - size];
      return each === undefined || before === undefined ? null : exactly([each, -before]);
    });
  },
  sum: (values, size, field) => sliding(values, size, field, exactly),
  avg: (values, size, field) => sliding(values, size, field, (numbers) => exactly(numbers) / numbers.length),
  min: (values, size, field) => sliding(values, size, field, (numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: (values, size, field) => sliding(values, size, field, (numbers) => numbers.reduce((a, b) => Math.max(a, b))),
};

/** Steps of one run: the records times the size of their window. */
const MAX_STEPS = 50_000_000;

function sliding(
  values: readonly Json[],
  size: number,
  field: string,
  compute: (numbers: readonly number[]) => number,
): readonly Json[] {
  if (values.length * size > MAX_STEPS)
    throw new MortiseError("EXPRESSION_LIMIT", `window: ${values.length} records are too many for a window of ${size}`);
  const numbers = numbersOf(values, field);
  return numbers.map((_, i) => {
    const inside = numbers.slice(Math.max(0, i - size + 1), i + 1).filter((each) => each !== undefined);
    return inside.length === 0 ? null : compute(inside);
  });
}

function exactly(numbers: readonly number[]): number {
  const sum = new DecimalSum();
  for (const each of numbers) sum.add(each);
  return sum.value;
}

function numbersOf(values: readonly Json[], field: string): readonly (number | undefined)[] {
  return values.map((value) => {
    if (isBlank(value)) return undefined;
    if (typeof value === "number") return value;
    throw new MortiseError("TRANSFORM_FAILED", `window: "${field}" is ${describeValue(value)}, expected a number; cast it first`);
  });
}
