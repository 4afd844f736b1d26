import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { minorUnitsOf } from "../../money/currencies.ts";
import { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName, RowValue } from "../params.ts";
import { fieldOf, isBlank, itemOf, recordsOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    amount: RowValue("Amount", "What is shared out: a number, or text such as 12.50. Computed once."),
    currency: Type.String({ title: "Currency", minLength: 3, "x-placeholder": "EUR" }),
    by: Type.Optional(
      Type.String({ title: "By weight", minLength: 1, "x-help": "Field with a number of at least 0. Absent: equal shares." }),
    ),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const allocate = defineTransformer({
  name: "allocate",
  title: "Share out an amount",
  description:
    "Shares an amount out over the records, equally or by weight, to the currency's smallest unit. The shares always add up to the amount: what is left goes to the largest remainders.",
  group: "money",
  takes: "rows",
  params: Params,
  outputType: (input, { amount, by, into }, context) => {
    const row = itemOf(input);
    if (by !== undefined) context.checkField(row, by, "/by");
    context.value(amount, "/amount");
    return { type: "array", items: withField(row, into, { type: "number" }) };
  },
  compile: ({ amount, currency, by, into }, context) => {
    const source = context.value(amount, "/amount");
    const digits = minorUnitsOf(currency);
    return (value, scope) => {
      const rows = recordsOf("allocate", value);
      const given = source.evaluate(scope);
      const exact = typeof given === "number" || typeof given === "string" ? ExactDecimal.of(given) : undefined;
      if (exact === undefined)
        throw new MortiseError("TRANSFORM_FAILED", `allocate: the amount is ${describeValue(given)}, expected a number`);
      const total = exact.rounded(digits);
      if (total.compare(exact) !== 0)
        throw new MortiseError(
          "TRANSFORM_FAILED",
          `allocate: the amount has more than the ${digits} digits of ${currency}; round it first`,
        );
      const weights = rows.map((row, index) => (by === undefined ? 1n : weightOf(fieldOf(row, by), by, index)));
      const shares = share(total.at(digits), weights);
      return rows.map((row, i) => {
        const made: { [field: string]: Json } = { ...row };
        setField(made, into, new ExactDecimal(shares[i] ?? 0n, digits).toNumber());
        return made;
      });
    };
  },
});

/** Digits of a weight that count. */
const WEIGHT_DIGITS = 15;

function weightOf(value: Json | undefined, field: string, index: number): bigint {
  if (isBlank(value)) return 0n;
  const exact = typeof value === "number" ? ExactDecimal.of(value) : undefined;
  if (exact !== undefined && exact.units >= 0n) return exact.rounded(WEIGHT_DIGITS).at(WEIGHT_DIGITS);
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `allocate: "${field}" of record ${index} is no weight: ${describeValue(value)}, expected a number of at least 0`,
  );
}

/** Largest remainder method (Hamilton); equal remainders go to the first. */
function share(units: bigint, weights: readonly bigint[]): readonly bigint[] {
  const all = weights.reduce((sum, each) => sum + each, 0n);
  if (all === 0n && units !== 0n)
    throw new MortiseError("TRANSFORM_FAILED", "allocate: there is nobody to share the amount with: no record has a weight");
  if (all === 0n) return weights.map(() => 0n);
  const size = units < 0n ? -units : units;
  const shares = weights.map((weight) => (size * weight) / all);
  let left = size - shares.reduce((sum, each) => sum + each, 0n);
  const order = weights
    .map((weight, i) => ({ i, rest: (size * weight) % all }))
    .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest < b.rest ? 1 : -1));
  for (const { i } of order) {
    if (left === 0n) break;
    shares[i] = (shares[i] ?? 0n) + 1n;
    left -= 1n;
  }
  return units < 0n ? shares.map((each) => -each) : shares;
}
