import type { Json } from "@mortise/contract";
import Type from "typebox";
import { minorUnitsOf } from "../../money/currencies.ts";
import { amountIn, amountType, asCame, CurrencyParams, checkCurrency, currencyIn } from "../../money/money-params.ts";
import { ExactDecimal, ROUNDING_MODES } from "../../numbers/exact-decimal.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldNames } from "../params.ts";
import { checkFields, fieldOf, perRecord, perRecordType, rowOf, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    fields: FieldNames("Amount fields", "Numbers, or text such as 12.505."),
    ...CurrencyParams,
    mode: Type.Optional(Choice(ROUNDING_MODES, { title: "Halves and direction", default: "half-up" })),
    cash: Type.Optional(
      Type.Number({
        title: "Smallest coin",
        "x-help": "0.05 rounds to what can be paid in cash. Absent: the currency's smallest unit.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const roundMoney = defineTransformer({
  name: "roundMoney",
  title: "Round money",
  description: "Rounds amounts to the smallest unit of their currency (ISO 4217): cents, yen, fils; or to the smallest coin.",
  group: "money",
  takes: "records",
  params: Params,
  outputType: (input, params, context) => {
    checkFields(context, rowOf(input), params.fields, "/fields");
    checkCurrency(rowOf(input), params, context);
    if (params.cash !== undefined && params.cash <= 0) context.report("error", "INVALID_VALUE", "/cash", "a coin is more than 0");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const rounded = params.fields.map(
        (field) => [field, { schema: amountType(row, field), required: shape.fields.get(field)?.required === true }] as const,
      );
      return shapeToSchema({ fields: new Map([...shape.fields, ...rounded]), rest: shape.rest });
    });
  },
  compile: (params) => {
    const coin = params.cash === undefined ? undefined : ExactDecimal.of(params.cash);
    return perRecord("roundMoney", (record, _, index) => {
      const made: { [field: string]: Json } = { ...record };
      for (const field of params.fields) {
        const value = fieldOf(record, field);
        if (value === undefined) continue;
        const amount = amountIn("roundMoney", record, index, field);
        const digits = amount && minorUnitsOf(currencyIn("roundMoney", record, index, params));
        const rounded =
          coin === undefined ? amount?.rounded(digits ?? 2, params.mode) : amount?.dividedBy(coin, 0, params.mode)?.times(coin);
        setField(made, field, rounded === undefined ? null : asCame(rounded, value, digits));
      }
      return made;
    });
  },
});
