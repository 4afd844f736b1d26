import type { JsonSchemaObject } from "@mortise/contract";
import { compare } from "./compare.ts";
import { country } from "./country.ts";
import { currency } from "./currency.ts";
import { dateRange } from "./date-range.ts";
import { distribution } from "./distribution.ts";
import { each } from "./each.ts";
import { ean } from "./ean.ts";
import { encoding } from "./encoding.ts";
import { expression } from "./expression.ts";
import { filled } from "./filled.ts";
import { format } from "./format.ts";
import { iban } from "./iban.ts";
import { isin } from "./isin.ts";
import { language } from "./language.ts";
import { length } from "./length.ts";
import { letterCase } from "./letter-case.ts";
import { luhn } from "./luhn.ts";
import { maxChange } from "./max-change.ts";
import { multipleOf } from "./multiple-of.ts";
import { noOverlap } from "./no-overlap.ts";
import { notIn } from "./not-in.ts";
import { nullRatio } from "./null-ratio.ts";
import { oneOf } from "./one-of.ts";
import { outlier } from "./outlier.ts";
import { pattern } from "./pattern.ts";
import { phone } from "./phone.ts";
import { postalCode } from "./postal-code.ts";
import { precision } from "./precision.ts";
import { range } from "./range.ts";
import { reference } from "./reference.ts";
import { required } from "./required.ts";
import { rowCount } from "./row-count.ts";
import type { Rule } from "./rule.ts";
import { sequence } from "./sequence.ts";
import { shape } from "./shape.ts";
import { sorted } from "./sorted.ts";
import { summary } from "./summary.ts";
import { type } from "./type.ts";
import { unique } from "./unique.ts";
import { vatId } from "./vat-id.ts";
import { when } from "./when.ts";
import { whitespace } from "./whitespace.ts";

/** Every rule, in the order in which the builder offers them. */
export const RULES: readonly Rule[] = Object.freeze([
  required,
  type,
  range,
  length,
  pattern,
  format,
  dateRange,
  oneOf,
  notIn,
  multipleOf,
  precision,
  letterCase,
  whitespace,
  encoding,
  shape,
  iban,
  isin,
  luhn,
  ean,
  vatId,
  postalCode,
  phone,
  country,
  currency,
  language,
  compare,
  filled,
  when,
  each,
  expression,
  reference,
  unique,
  sorted,
  sequence,
  maxChange,
  noOverlap,
  outlier,
  nullRatio,
  rowCount,
  summary,
  distribution,
]);

/** The rules as data: what forms, docs and `GET /api/v1/catalog/rules` are made from. */
export const rules: readonly {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
}[] = Object.freeze(RULES.map(({ name, title, description, params }) => Object.freeze({ name, title, description, params })));
