import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { isCurrency, minorUnitsOf } from "../../money/currencies.ts";
import { amountIn, amountType, asCame, CurrencyParams, checkCurrency, currencyIn } from "../../money/money-params.ts";
import { ExactDecimal, ROUNDING_MODES } from "../../numbers/exact-decimal.ts";
import { describeType } from "../../schema/describe-type.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName, RowValue } from "../params.ts";
import { fieldOf, isRecord, perRecord, perRecordType, type Row, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Amount field"),
    ...CurrencyParams,
    to: Type.String({ title: "To currency", minLength: 3, "x-placeholder": "EUR" }),
    rates: RowValue("Rates", 'What one unit of each currency is worth in the target currency: {"USD": 0.92}. Computed once.'),
    mode: Type.Optional(Choice(ROUNDING_MODES, { title: "Halves and direction", default: "half-up" })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const convertMoney = defineTransformer({
  name: "convertMoney",
  title: "Convert money",
  description: "Converts amounts into one currency by rates that you give, exact in decimal, rounded once to its smallest unit.",
  group: "money",
  takes: "records",
  params: Params,
  outputType: (input, params, context) => {
    context.checkField(rowOf(input), params.field, "/field");
    checkCurrency(rowOf(input), params, context);
    if (!isCurrency(params.to))
      context.report("error", "INVALID_VALUE", "/to", `"${params.to}" is no currency of ISO 4217, such as EUR`);
    const { type } = context.value(params.rates, "/rates");
    if ((kindsOf(type) & KIND.object) === 0)
      context.report(
        "error",
        "EXPRESSION_TYPE",
        "/rates",
        `rates are a record of numbers by currency, found ${describeType(type)}`,
      );
    return perRecordType(input, (row) => withField(row, params.into, amountType(row, params.field)));
  },
  compile: (params, context) => {
    const source = context.value(params.rates, "/rates");
    const digits = minorUnitsOf(params.to);
    return (value, scope) => {
      const rates = source.evaluate(scope);
      const one = perRecord("convertMoney", (record, _, index) => {
        const made: { [field: string]: Json } = { ...record };
        const amount = amountIn("convertMoney", record, index, params.field);
        const rate = amount && rateOf(rates, currencyIn("convertMoney", record, index, params), params.to);
        const result = rate && amount?.times(rate).rounded(digits, params.mode);
        setField(made, params.into, result ? asCame(result, fieldOf(record, params.field), digits) : null);
        return made;
      });
      return one(value, scope);
    };
  },
});

function rateOf(rates: Json, from: string, to: string): ExactDecimal {
  if (from === to) return new ExactDecimal(1n, 0);
  const value = isRecord(rates) ? fieldOf(rates as Row, from) : undefined;
  const rate = typeof value === "number" || typeof value === "string" ? ExactDecimal.of(value) : undefined;
  if (rate !== undefined && rate.units > 0n) return rate;
  throw new MortiseError("TRANSFORM_FAILED", `convertMoney: there is no rate from ${from} to ${to}`);
}
