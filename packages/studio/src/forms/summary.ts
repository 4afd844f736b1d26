import type { Json, JsonObject } from "@mortise/contract";
import type { TFunction } from "i18next";
import { describePath, isPath, modeOf } from "../document/value-mode.ts";
import type { Field } from "./fields.ts";
import { fits } from "./fits.ts";

const SHOWN = 3;
const COMPARISONS: { readonly [sign: string]: string } = {
  "==": "equal",
  "!=": "other",
  "<": "less",
  "<=": "most",
  ">": "more",
  ">=": "least",
};

/** What a rule demands, in plain words: `Speed IAS in knots: at least 30, at most 400, may be missing`. */
export function ruleSummary(fields: readonly Field[], rule: JsonObject, t: TFunction): string {
  const { field, ...rest } = rule;
  const subject = Array.isArray(field) ? field.join(" + ") : typeof field === "string" ? field : "";
  const demands = paramsSummary(
    fields.filter(({ key }) => key !== "field" && key !== "message"),
    rest,
    t,
  );
  if (subject === "" || demands === "") return subject + demands;
  return `${subject}: ${demands}`;
}

/** Parameters in plain words, in the order of the form; what has its default is left out. */
export function paramsSummary(fields: readonly Field[], params: JsonObject, t: TFunction): string {
  const first = fields.find((field) => field.required && field.kind !== "number");
  return fields
    .flatMap((field) => {
      const value = params[field.key] ?? (isComparison(field) ? field.default : undefined);
      if (value === undefined || value === "") return [];
      if (isComparison(field)) return [{ text: t(`comparison.${COMPARISONS[String(value)]}`), joins: true }];
      if (JSON.stringify(value) === JSON.stringify(field.default)) return [];
      return [{ text: paramSummary(field, value, field === first, t), joins: false }];
    })
    .reduce((text, part, at, parts) => text + (at === 0 ? "" : parts[at - 1]?.joins ? " " : ", ") + part.text, "");
}

function paramSummary(field: Field, value: Json, bare: boolean, t: TFunction): string {
  const title = field.title.charAt(0).toLowerCase() + field.title.slice(1);
  if (typeof value === "boolean") return value ? title : t("summary.not", { title });
  const shape = field.variants?.find((each) => fits(each, value));
  const isFirstShape = shape === field.variants?.[0];
  const lead = shape && !isFirstShape && shape.schema.title ? shape.title.charAt(0).toLowerCase() + shape.title.slice(1) : "";
  const words = valueSummary(value, t, field.item);
  if (bare) return lead === "" ? words : `${lead} ${words}`;
  return `${title} ${words}`;
}

/** A value in plain words. Lists and records are cut after three. */
export function valueSummary(value: Json, t: TFunction, item?: Field): string {
  if (value === null) return t("summary.nothing");
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    return cut(
      value.map((each: Json) => (typeof each === "object" ? shallow(each, t, item) : String(each))),
      t,
    );
  }
  const mode = modeOf(value as Json);
  const { $cel, $text } = value as JsonObject;
  if (typeof $cel === "string") return expressionSummary($cel, t);
  if (typeof $text === "string") return $text;
  if (mode === "pipeline") return t("mode.pipeline");
  return cut(
    Object.entries(value as JsonObject).map(([key, each]) => `${key} → ${shallow(each, t, item)}`),
    t,
  );
}

function expressionSummary(expression: string, t: TFunction): string {
  if (expression === "") return "…";
  if (!isPath(expression)) return expression;
  const { label, source } = describePath(expression);
  return source === undefined || source === label ? label : t("summary.path", { label, source });
}

/** One level: the values of a record, without their names and without those that are the default anyway. */
function shallow(value: Json, t: TFunction, field: Field | undefined): string {
  if (typeof value !== "object" || value === null || Array.isArray(value) || modeOf(value) !== "fixed")
    return valueSummary(value, t);
  const children = (field?.variants?.find((each) => fits(each, value)) ?? field)?.children ?? [];
  return Object.entries(value)
    .filter(([key, each]) => children.find((child) => child.key === key)?.default !== each)
    .map(([, each]) => (typeof each === "object" && each !== null && modeOf(each) === "fixed" ? "…" : valueSummary(each, t)))
    .join(" ");
}

function cut(words: readonly string[], t: TFunction): string {
  const list = words.slice(0, SHOWN).join(", ");
  return words.length > SHOWN ? t("summary.more", { list, count: words.length - SHOWN }) : list;
}

function isComparison(field: Field): boolean {
  return field.kind === "select" && (field.options ?? []).every(({ value }) => String(value) in COMPARISONS);
}
