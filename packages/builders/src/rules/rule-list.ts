import type { JsonSchemaObject } from "@mortise/contract";
import { compare } from "./compare.ts";
import { dateRange } from "./date-range.ts";
import { expression } from "./expression.ts";
import { format } from "./format.ts";
import { length } from "./length.ts";
import { oneOf } from "./one-of.ts";
import { pattern } from "./pattern.ts";
import { range } from "./range.ts";
import { reference } from "./reference.ts";
import { required } from "./required.ts";
import type { Rule } from "./rule.ts";
import { type } from "./type.ts";
import { unique } from "./unique.ts";

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
  reference,
  unique,
  compare,
  expression,
]);

/** The rules as data: what forms, docs and `GET /api/v1/catalog/rules` are made from. */
export const rules: readonly {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
}[] = Object.freeze(RULES.map(({ name, title, description, params }) => Object.freeze({ name, title, description, params })));
