import type { Json } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import Type from "typebox";
import { minorUnitsOf } from "../../money/currencies.ts";
import { amountIn, asCame, CurrencyParams, checkCurrency, currencyIn } from "../../money/money-params.ts";
import { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { fieldOf, perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Amount field"),
    ...CurrencyParams,
    to: Choice(["minor", "major"], {
      title: "To",
      "x-help": "minor: 12.50 EUR is 1250, as payment systems want it · major: the way back",
    }),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const minorUnits = defineTransformer({
  name: "minorUnits",
  title: "Cents and back",
  description:
    "Converts an amount to whole smallest units of its currency (ISO 4217) or back. An amount with more digits than the currency has fails.",
  group: "money",
  takes: "records",
  params: Params,
  outputType: (input, params, context) => {
    context.checkField(rowOf(input), params.field, "/field");
    checkCurrency(rowOf(input), params, context);
    return perRecordType(input, (row) =>
      withField(row, params.into, { type: params.to === "minor" ? ["integer", "null"] : ["number", "string", "null"] }),
    );
  },
  compile: (params) =>
    perRecord("minorUnits", (record, _, index) => {
      const made: { [field: string]: Json } = { ...record };
      const amount = amountIn("minorUnits", record, index, params.field);
      const digits = amount ? minorUnitsOf(currencyIn("minorUnits", record, index, params)) : 0;
      if (amount === undefined) setField(made, params.into, null);
      else if (params.to === "minor") {
        if (amount.rounded(digits).compare(amount) !== 0)
          throw new MortiseError(
            "TRANSFORM_FAILED",
            `minorUnits: "${params.field}" of record ${index} has more digits than its currency; round it first`,
          );
        setField(made, params.into, Number(amount.rounded(digits).at(digits)));
      } else
        setField(
          made,
          params.into,
          asCame(amount.times(new ExactDecimal(1n, digits)).rounded(digits), fieldOf(record, params.field), digits),
        );
      return made;
    }),
});
