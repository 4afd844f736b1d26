import type { Json } from "@mortise/contract";
import Type from "typebox";
import { minorUnitsOf } from "../../money/currencies.ts";
import { amountIn, CurrencyParams, checkCurrency, currencyIn } from "../../money/money-params.ts";
import { NUMBER_LOCALES, numberStyle, writeNumber } from "../../numbers/number-style.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Amount field"),
    ...CurrencyParams,
    locale: Type.Optional(Choice(NUMBER_LOCALES, { title: "Locale", default: "en" })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const formatMoney = defineTransformer({
  name: "formatMoney",
  title: "Write an amount of money",
  description:
    "Writes an amount with the digits that its currency has, and the currency's code: EUR 1,234.50, 1.234,50 EUR, JPY 1,235.",
  group: "money",
  takes: "records",
  params: Params,
  outputType: (input, params, context) => {
    context.checkField(rowOf(input), params.field, "/field");
    checkCurrency(rowOf(input), params, context);
    return perRecordType(input, (row) => withField(row, params.into, { type: ["string", "null"] }));
  },
  compile: (params) => {
    const style = numberStyle(params.locale ?? "en");
    return perRecord("formatMoney", (record, _, index) => {
      const made: { [field: string]: Json } = { ...record };
      const amount = amountIn("formatMoney", record, index, params.field);
      if (amount === undefined) setField(made, params.into, null);
      else {
        const currency = currencyIn("formatMoney", record, index, params);
        const digits = minorUnitsOf(currency);
        const number = writeNumber(amount.rounded(digits).toString(digits), style, true);
        setField(made, params.into, style.decimal === "," ? `${number}\u00a0${currency}` : `${currency}\u00a0${number}`);
      }
      return made;
    });
  },
});
