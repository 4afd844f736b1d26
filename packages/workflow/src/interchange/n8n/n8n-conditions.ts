import { asObject, type Loose } from "../../model/loose.ts";
import { celOf, type DataPlaces } from "./n8n-expression.ts";

/** Conditions of an IF, Filter or Switch as CEL; undefined with what is to do where one cannot be. */
export interface TranslatedCondition {
  readonly cel: string;
  readonly toDo: readonly string[];
}

const BINARY: { readonly [operation: string]: (a: string, b: string) => string } = {
  equals: (a, b) => `${a} == ${b}`,
  equal: (a, b) => `${a} == ${b}`,
  notEquals: (a, b) => `${a} != ${b}`,
  notEqual: (a, b) => `${a} != ${b}`,
  contains: (a, b) => `${a}.contains(${b})`,
  notContains: (a, b) => `!${a}.contains(${b})`,
  startsWith: (a, b) => `${a}.startsWith(${b})`,
  notStartsWith: (a, b) => `!${a}.startsWith(${b})`,
  endsWith: (a, b) => `${a}.endsWith(${b})`,
  notEndsWith: (a, b) => `!${a}.endsWith(${b})`,
  larger: (a, b) => `${a} > ${b}`,
  gt: (a, b) => `${a} > ${b}`,
  after: (a, b) => `timestamp(${a}) > timestamp(${b})`,
  largerEqual: (a, b) => `${a} >= ${b}`,
  gte: (a, b) => `${a} >= ${b}`,
  smaller: (a, b) => `${a} < ${b}`,
  lt: (a, b) => `${a} < ${b}`,
  before: (a, b) => `timestamp(${a}) < timestamp(${b})`,
  smallerEqual: (a, b) => `${a} <= ${b}`,
  lte: (a, b) => `${a} <= ${b}`,
  regex: (a, b) => `${a}.matches(${b})`,
};

const UNARY: { readonly [operation: string]: (a: string) => string } = {
  true: (a) => `${a} == true`,
  false: (a) => `${a} == false`,
  exists: (a) => `${a} != null`,
  notExists: (a) => `${a} == null`,
  empty: (a) => `size(${a}) == 0`,
  isEmpty: (a) => `size(${a}) == 0`,
  notEmpty: (a) => `size(${a}) > 0`,
  isNotEmpty: (a) => `size(${a}) > 0`,
};

/** Translates `conditions` of version 2 (`{combinator, conditions}`) and of version 1 (`{string: [], number: [], boolean: []}`). */
export function translateConditions(parameters: Loose, places: DataPlaces): TranslatedCondition {
  const conditions = asObject(parameters.conditions);
  const list = Array.isArray(conditions.conditions) ? conditions.conditions.map(asObject).map(second) : first(conditions);
  const combinator = conditions.combinator ?? (parameters.combineOperation === "any" ? "or" : "and");
  const all = list.map((each) => one(each, places));
  const failed = all.flatMap(({ toDo }) => toDo);
  const parts = all.flatMap(({ cel }) => (cel === undefined ? [] : [cel]));
  if (failed.length > 0 || parts.length === 0)
    return { cel: "false", toDo: failed.length > 0 ? failed : ["There is no condition: say when it holds."] };
  if (parts.length === 1) return { cel: parts[0] ?? "false", toDo: [] };
  return { cel: parts.map((part) => `(${part})`).join(combinator === "or" ? " || " : " && "), toDo: [] };
}

interface Condition {
  readonly left: unknown;
  readonly right: unknown;
  readonly operation: string;
}

function second({ leftValue, rightValue, operator }: Loose): Condition {
  return { left: leftValue, right: rightValue, operation: String(asObject(operator).operation) };
}

function first(conditions: Loose): readonly Condition[] {
  return Object.entries(conditions).flatMap(([kind, list]) =>
    (Array.isArray(list) ? list.map(asObject) : []).map(({ value1, value2, operation }) => ({
      left: value1,
      right: value2,
      operation: typeof operation === "string" ? operation : kind === "boolean" || kind === "string" ? "equal" : "smaller",
    })),
  );
}

function one(
  { left, right, operation }: Condition,
  places: DataPlaces,
): { readonly cel?: string; readonly toDo: readonly string[] } {
  const a = operand(left, places);
  if (a === undefined) return { toDo: [`The condition on ${JSON.stringify(left)} is JavaScript: write it as CEL.`] };
  const unary = UNARY[operation];
  if (unary) return { cel: unary(a), toDo: [] };
  const b = operand(right, places);
  const binary = BINARY[operation];
  if (b === undefined || binary === undefined)
    return {
      toDo: [`The condition ${JSON.stringify(operation)} with ${JSON.stringify(right)} has no counterpart: write it as CEL.`],
    };
  return { cel: binary(a, b), toDo: [] };
}

function operand(value: unknown, places: DataPlaces): string | undefined {
  if (typeof value !== "string") return value === undefined ? undefined : JSON.stringify(value);
  if (!value.startsWith("=")) return JSON.stringify(value);
  const hole = /^=\{\{([\s\S]*)\}\}$/.exec(value)?.[1];
  return hole === undefined || hole.includes("{{") ? undefined : celOf(hole.trim(), places);
}
