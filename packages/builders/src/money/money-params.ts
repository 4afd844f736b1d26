import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { ExactDecimal } from "../numbers/exact-decimal.ts";
import { describeValue } from "../schema/describe-value.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { memberOf } from "../schema/members.ts";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import type { TransformerContext } from "../transformers/transformer.ts";
import { currencyOf, isCurrency } from "./currencies.ts";

/** Parameters of transformers of money: the currency is fixed, or each record names its own. */
export const CurrencyParams = {
  currency: Type.Optional(
    Type.String({ title: "Currency", minLength: 3, "x-placeholder": "EUR", "x-help": "ISO 4217 code, of all records." }),
  ),
  currencyField: Type.Optional(
    Type.String({ title: "Currency field", minLength: 1, "x-help": "Instead: the field that holds the code." }),
  ),
};

export interface CurrencySource {
  readonly currency?: string;
  readonly currencyField?: string;
}

/** Reports a currency that is none, and one that is missing or said twice. */
export function checkCurrency(row: JsonSchema, { currency, currencyField }: CurrencySource, context: TransformerContext): void {
  if ((currency === undefined) === (currencyField === undefined))
    context.report(
      "error",
      currency === undefined ? "MISSING_KEY" : "INVALID_VALUE",
      "",
      'either "currency" or "currencyField" is needed',
    );
  if (currency !== undefined && !isCurrency(currency))
    context.report("error", "INVALID_VALUE", "/currency", `"${currency}" is no currency of ISO 4217, such as EUR`);
  if (currencyField !== undefined) context.checkField(row, currencyField, "/currencyField");
}

/** The currency of one record. Throws `TRANSFORM_FAILED` where its field holds none. */
export function currencyIn(name: string, record: Row, index: number, { currency, currencyField = "" }: CurrencySource): string {
  if (currency !== undefined) return currency;
  const value = fieldOf(record, currencyField);
  const code = typeof value === "string" ? currencyOf(value) : undefined;
  if (code !== undefined) return code;
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `${name}: the ${describeValue(value)} in "${currencyField}" of record ${index} is no currency`,
  );
}

/** The exact amount in a field, a number or text such as `"12.50"`; undefined where it is blank. Throws `TRANSFORM_FAILED`. */
export function amountIn(name: string, record: Row, index: number, field: string): ExactDecimal | undefined {
  const value = fieldOf(record, field);
  if (isBlank(value)) return undefined;
  const exact = typeof value === "number" || typeof value === "string" ? ExactDecimal.of(value) : undefined;
  if (exact !== undefined) return exact;
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `${name}: the ${describeValue(value)} in "${field}" of record ${index} is no amount such as 12.50; read it with parseMoney or cast first`,
  );
}

/** The amount as it came: text stays text, which holds any number of digits, and a number stays a number. */
export function asCame(amount: ExactDecimal, came: Json | undefined, digits?: number): Json {
  return typeof came === "string" ? amount.toString(digits) : amount.toNumber();
}

/** The type of an amount that comes out as the field came in, null where that is blank. */
export function amountType(row: JsonSchema, field: string): JsonSchema {
  const member = memberOf(row, field);
  const kinds = kindsOf(member.schema);
  const types = [
    ...(kinds & KIND.number ? (["number"] as const) : []),
    ...(kinds & KIND.string ? (["string"] as const) : []),
    ...(member.presence !== "required" || kinds & (KIND.null | KIND.string) ? (["null"] as const) : []),
  ];
  return { type: types.length === 1 && types[0] ? types[0] : types };
}
