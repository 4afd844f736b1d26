import type { JsonSchema } from "@mortise/contract";
import { isWhole, KIND } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { order } from "../comparison.ts";
import type { CompiledNode } from "../compiled-node.ts";
import { roundTo } from "../decimal.ts";
import { ExpressionFailure } from "../expression-failure.ts";
import type { ExpressionFunction } from "../expression-function.ts";

const { number, string, array, timestamp, duration } = KIND;
const WHOLE = Object.freeze({ type: "integer" as const });
const ORDERED = number | string | timestamp | duration;

const sameNumber = (args: readonly CompiledNode[]): JsonSchema => ({
  type: args[0] && isWhole(args[0].type) ? "integer" : "number",
});

/** Functions on numbers. `math.f(x)` is the same as `f(x)`. */
export const NUMBER_FUNCTIONS: readonly ExpressionFunction[] = [
  extreme("min", "min(a, b, …) or min(list): the smallest", -1),
  extreme("max", "max(a, b, …) or max(list): the largest", 1),
  extreme("least", "math.least(a, b, …): the smallest", -1),
  extreme("greatest", "math.greatest(a, b, …): the largest", 1),
  {
    name: "abs",
    style: "function",
    params: [number],
    result: sameNumber,
    doc: "abs(x): without its sign",
    run: (_, x: number) => Math.abs(x),
  },
  {
    name: "round",
    style: "function",
    params: [number, number],
    required: 1,
    result: (args) => (args.length === 1 ? WHOLE : { type: "number" }),
    doc: "round(x, digits?): to the nearest, halves away from zero, in decimal: round(1.005, 2) is 1.01",
    run: (_, x: number, digits?: number) => {
      if (digits !== undefined && (!Number.isInteger(digits) || Math.abs(digits) > 100)) {
        throw new ExpressionFailure("round() needs digits from -100 to 100");
      }
      return roundTo(x, digits ?? 0);
    },
  },
  {
    name: "floor",
    style: "function",
    params: [number],
    result: WHOLE,
    doc: "floor(x): down to a whole number",
    run: (_, x: number) => Math.floor(x),
  },
  {
    name: "ceil",
    style: "function",
    params: [number],
    result: WHOLE,
    doc: "ceil(x): up to a whole number",
    run: (_, x: number) => Math.ceil(x),
  },
  {
    name: "trunc",
    style: "function",
    params: [number],
    result: WHOLE,
    doc: "trunc(x): without what follows the point",
    run: (_, x: number) => Math.trunc(x),
  },
  {
    name: "sign",
    style: "function",
    params: [number],
    result: WHOLE,
    doc: "sign(x): -1, 0 or 1",
    run: (_, x: number) => Math.sign(x),
  },
];

function extreme(name: string, doc: string, wanted: 1 | -1): ExpressionFunction {
  return {
    name,
    style: "both",
    params: [ORDERED | array, ORDERED],
    required: 1,
    variadic: true,
    result: (args) => {
      const first = args[0];
      if (!first) return true;
      if (args.length === 1) return elementOf(first.type);
      return args.every((each) => isWhole(each.type)) ? WHOLE : sameKind(first.type);
    },
    doc,
    run: (frame, ...values: readonly unknown[]) => {
      const list = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly unknown[]) : values;
      if (list.length === 0) throw new ExpressionFailure(`${name}() of an empty list`);
      frame.step(list.length / 8);
      return list.reduce((best, each) => (order(each, best, name) * wanted > 0 ? each : best));
    },
  };
}

function sameKind(type: JsonSchema): JsonSchema {
  if (typeof type === "boolean") return true;
  if (type.const === undefined && type.enum === undefined) return type.type === "integer" ? { type: "number" } : type;
  return type.type === "integer" || type.type === "number" ? { type: "number" } : { type: type.type ?? "string" };
}
