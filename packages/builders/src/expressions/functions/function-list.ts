import type { ExpressionFunction } from "../expression-function.ts";
import { CONVERSION_FUNCTIONS } from "./conversions.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { NUMBER_FUNCTIONS } from "./numbers.ts";
import { TEXT_FUNCTIONS } from "./texts.ts";
import { TIME_FUNCTIONS } from "./times.ts";

/** Every function that expressions can call; the docs and the builder's completion list are made from it. */
export const FUNCTIONS: readonly ExpressionFunction[] = Object.freeze([
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...CONVERSION_FUNCTIONS,
  ...TIME_FUNCTIONS,
]);

/** The functions and macros as data: what completion and the docs are made from. `doc` begins with how it is called. */
export const expressionFunctions: readonly {
  readonly name: string;
  readonly style: "method" | "function" | "both";
  readonly doc: string;
}[] = Object.freeze([
  { name: "has", style: "function", doc: "has(a.b): whether the field is there" },
  { name: "default", style: "function", doc: "default(a.b, c): c where the field is missing or null" },
  { name: "map", style: "method", doc: "list.map(x, …): the results for each element; list.map(x, test, …) for those that pass" },
  { name: "filter", style: "method", doc: "list.filter(x, test): the elements that pass" },
  { name: "all", style: "method", doc: "list.all(x, test): whether all pass" },
  { name: "exists", style: "method", doc: "list.exists(x, test): whether one passes" },
  { name: "exists_one", style: "method", doc: "list.exists_one(x, test): whether exactly one passes" },
  ...FUNCTIONS.map(({ name, style, doc }) => ({ name, style, doc })),
]);
