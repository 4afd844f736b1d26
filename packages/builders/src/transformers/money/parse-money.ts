import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { currencyOf, isCurrency } from "../../money/currencies.ts";
import { NUMBER_LOCALES, numberStyle, readExact } from "../../numbers/number-style.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { fieldOf, isBlank, perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Field"),
    locale: Type.Optional(Choice(NUMBER_LOCALES, { title: "Locale", default: "en" })),
    currency: Type.Optional(
      Type.String({ title: "Currency", minLength: 3, "x-help": "Where the text names none. Absent: such a text fails." }),
    ),
    as: Type.Optional(Choice(["number", "text"], { title: "Amount as", default: "number", "x-help": "text keeps every digit." })),
    into: Type.Optional(Type.String({ title: "Amount into", minLength: 1, "x-help": "Absent: the same field." })),
    currencyInto: Type.Optional(Type.String({ title: "Currency into", minLength: 1, default: "currency" })),
    onFail: Type.Optional(Choice(["stop", "null"], { title: "When it fails", default: "stop" })),
  },
  { additionalProperties: false },
);

const MONEY = /^(-?)\s*([A-Za-z]{3}|\p{Sc})?\s*(.*?)\s*([A-Za-z]{3}|\p{Sc})?$/u;
/** Longer texts are no amounts. */
const MAX_LENGTH = 80;

export const parseMoney = defineTransformer({
  name: "parseMoney",
  title: "Read an amount of money",
  description:
    'Reads text such as "€ 1.234,50" or "USD 12.00" into an exact amount and an ISO 4217 currency. Blank text becomes null.',
  group: "money",
  takes: "records",
  params: Params,
  outputType: (input, { field, currency, as, into = field, currencyInto = "currency" }, context) => {
    context.checkField(rowOf(input), field, "/field");
    if (currency !== undefined && !isCurrency(currency))
      context.report("error", "INVALID_VALUE", "/currency", `"${currency}" is no currency of ISO 4217, such as EUR`);
    return perRecordType(input, (row) =>
      withField(withField(row, into, { type: [as === "text" ? "string" : "number", "null"] }), currencyInto, {
        type: ["string", "null"],
      }),
    );
  },
  compile: ({ field, locale = "en", currency, as, into = field, currencyInto = "currency", onFail }) => {
    const style = numberStyle(locale);
    return perRecord("parseMoney", (record, _, index) => {
      const made: { [field: string]: Json } = { ...record };
      const value = fieldOf(record, field);
      const match = typeof value === "string" && value.length <= MAX_LENGTH ? MONEY.exec(value.trim()) : null;
      const [, sign = "", before, number = "", after] = match ?? [];
      const plain = typeof value === "number" ? String(value) : `${sign}${number}`;
      const amount = isBlank(value) ? undefined : readExact(plain, typeof value === "number" ? numberStyle("en") : style);
      const named = before ?? after;
      const code = named === undefined ? currency : before !== undefined && after !== undefined ? undefined : currencyOf(named);
      if (!isBlank(value) && (amount === undefined || code === undefined) && onFail !== "null")
        throw new MortiseError(
          "TRANSFORM_FAILED",
          `parseMoney: the ${describeValue(value)} in "${field}" of record ${index} is no amount with a currency`,
        );
      const isRead = amount !== undefined && code !== undefined;
      setField(made, into, isRead ? (as === "text" ? amount.toString() : amount.toNumber()) : null);
      setField(made, currencyInto, isRead ? code : null);
      return made;
    });
  },
});
