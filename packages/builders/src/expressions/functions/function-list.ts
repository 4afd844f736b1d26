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
