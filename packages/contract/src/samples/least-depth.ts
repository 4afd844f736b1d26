import type { JsonSchema } from "../json.ts";
import { targetOf } from "./conjunction.ts";

const known = new WeakMap<object, WeakMap<object, number>>();

/** How many levels a value of the schema has at least: 0 for a text or an empty object. Infinite where it never ends. */
export function leastDepth(schema: JsonSchema, root: JsonSchema): number {
  if (typeof schema === "boolean") return schema ? 0 : Number.POSITIVE_INFINITY;
  const owner = typeof root === "object" ? root : schema;
  const memo = known.get(owner) ?? new WeakMap<object, number>();
  known.set(owner, memo);
  return depth(schema, root, memo, new Set());
}

function depth(schema: JsonSchema, root: JsonSchema, memo: WeakMap<object, number>, open: Set<object>): number {
  if (typeof schema === "boolean") return schema ? 0 : Number.POSITIVE_INFINITY;
  const before = memo.get(schema);
  if (before !== undefined) return before;
  if (open.has(schema)) return Number.POSITIVE_INFINITY;
  open.add(schema);
  const of = (each: JsonSchema): number => depth(each, root, memo, open);
  const {
    $ref,
    allOf = [],
    anyOf = [],
    oneOf = [],
    properties = {},
    required = [],
    prefixItems = [],
    items,
    minItems = 0,
  } = schema;
  const below = [
    ...required.flatMap((key) => (Object.hasOwn(properties, key) ? [of(properties[key] ?? true)] : [])),
    ...prefixItems.slice(0, minItems).map(of),
    ...(items !== undefined && minItems > prefixItems.length ? [of(items)] : []),
  ];
  const beside = [
    ...($ref === undefined ? [] : [of(targetOf($ref, root) ?? true)]),
    ...allOf.map(of),
    ...(anyOf.length > 0 ? [Math.min(...anyOf.map(of))] : []),
    ...(oneOf.length > 0 ? [Math.min(...oneOf.map(of))] : []),
  ];
  open.delete(schema);
  const least = Math.max(0, ...beside, ...below.map((each) => each + 1));
  // A value found inside of a circle may be too high; only what ends, or is at the top, is final.
  if (least !== Number.POSITIVE_INFINITY || open.size === 0) memo.set(schema, least);
  return least;
}
