import type { JsonSchema } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { optionalOf } from "../../schema/special-types.ts";
import { isEqual, order } from "../comparison.ts";
import type { CompiledNode } from "../compiled-node.ts";
import { DecimalSum } from "../decimal.ts";
import { ExpressionFailure } from "../expression-failure.ts";
import type { ExpressionFunction } from "../expression-function.ts";
import { ABSENT, Optional } from "../optional.ts";

const { string, number, array, object } = KIND;
const WHOLE = Object.freeze({ type: "integer" as const, minimum: 0 });

type List = readonly unknown[];

const element = (args: readonly CompiledNode[]): JsonSchema => (args[0] ? elementOf(args[0].type) : true);
const sameList = (args: readonly CompiledNode[]): JsonSchema => ({ type: "array", items: element(args) });

/** Functions on lists. */
export const LIST_FUNCTIONS: readonly ExpressionFunction[] = [
  {
    name: "size",
    style: "both",
    params: [string | array | object],
    result: WHOLE,
    doc: "size(x): characters of a text, elements of a list, fields of a record",
    run: (_, value: string | object) => {
      if (typeof value === "string") return countCharacters(value);
      return Array.isArray(value) ? value.length : Object.keys(value).length;
    },
  },
  {
    name: "sum",
    style: "both",
    params: [array],
    result: { type: "number" },
    doc: "sum(list): the total, exact in decimal: sum([0.1, 0.2]) is 0.3",
    run: (frame, list: List) => {
      frame.step(list.length);
      const total = new DecimalSum();
      for (const each of list) {
        if (typeof each !== "number") throw new ExpressionFailure("sum() needs a list of numbers");
        total.add(each);
      }
      return total.value;
    },
  },
  {
    name: "avg",
    style: "both",
    params: [array],
    result: { type: "number" },
    doc: "avg(list): the mean",
    run: (frame, list: List) => {
      frame.step(list.length);
      if (list.length === 0) throw new ExpressionFailure("avg() of an empty list");
      const total = new DecimalSum();
      for (const each of list) {
        if (typeof each !== "number") throw new ExpressionFailure("avg() needs a list of numbers");
        total.add(each);
      }
      return total.value / list.length;
    },
  },
  {
    name: "first",
    style: "method",
    params: [array],
    result: (args) => optionalOf(element(args)),
    doc: "list.first(): the first element, if there is one; add .orValue(…)",
    run: (_, list: List) => (list.length === 0 ? ABSENT : new Optional(list[0])),
  },
  {
    name: "last",
    style: "method",
    params: [array],
    result: (args) => optionalOf(element(args)),
    doc: "list.last(): the last element, if there is one; add .orValue(…)",
    run: (_, list: List) => (list.length === 0 ? ABSENT : new Optional(list.at(-1))),
  },
  {
    name: "distinct",
    style: "method",
    params: [array],
    result: sameList,
    doc: "list.distinct(): each value once, in order",
    run: (frame, list: List) => {
      const seen = new Set<unknown>();
      const kept: unknown[] = [];
      for (const each of list) {
        if (typeof each === "object" && each !== null) {
          frame.step(kept.length + 1);
          if (kept.some((other) => isEqual(other, each))) continue;
        } else if (seen.has(each)) continue;
        seen.add(each);
        kept.push(each);
      }
      frame.list(list.length);
      return kept;
    },
  },
  {
    name: "sort",
    style: "method",
    params: [array],
    result: sameList,
    doc: "list.sort(): ascending",
    run: (frame, list: List) => {
      frame.step(list.length * Math.log2(list.length + 2));
      return [...list].sort((a, b) => order(a, b, "sort()"));
    },
  },
  {
    name: "reverse",
    style: "method",
    params: [array],
    result: sameList,
    doc: "list.reverse(): from back to front",
    run: (frame, list: List) => {
      frame.list(list.length);
      return [...list].reverse();
    },
  },
  {
    name: "slice",
    style: "method",
    params: [array, number, number],
    required: 2,
    result: sameList,
    doc: "list.slice(start, end?): from a position to before another",
    run: (frame, list: List, start: number, end?: number) => {
      const to = Math.min(end ?? list.length, list.length);
      if (!Number.isInteger(start) || !Number.isInteger(to) || start < 0 || to < 0) {
        throw new ExpressionFailure("slice() needs positions from 0");
      }
      frame.list(Math.max(0, to - start));
      return list.slice(start, to);
    },
  },
  {
    name: "flatten",
    style: "method",
    params: [array],
    result: (args) => ({ type: "array", items: elementOf(element(args)) }),
    doc: "list.flatten(): the elements of the lists in a list",
    run: (frame, list: List) => {
      frame.list(list.reduce<number>((count, each) => count + (Array.isArray(each) ? each.length : 1), 0));
      return list.flat();
    },
  },
  {
    name: "keys",
    style: "method",
    params: [object],
    result: { type: "array", items: { type: "string" } },
    doc: "record.keys(): the field names",
    run: (_, record: object) => Object.keys(record),
  },
];

/** Unicode code points, as CEL counts them. */
function countCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
    count++;
  }
  return count;
}
