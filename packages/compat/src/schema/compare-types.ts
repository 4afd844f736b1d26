import type { Json, JsonTypeName } from "@mortise/contract";
import type { Comparison } from "./comparison.ts";
import { nodeOf, type SchemaNode } from "./schema-node.ts";

/** Reports other types. Whether the two have types in common, so that it makes sense to look further. */
export function compareTypes(a: SchemaNode, b: SchemaNode, say: Comparison["say"]): boolean {
  if (a.never || b.never) {
    if (a.never !== b.never)
      say(b.never ? "type-narrowed" : "type-widened", b.never ? "accepts nothing any more" : "accepted nothing");
    return false;
  }
  if (isBare(a) || isBare(b)) {
    if (isBare(a) !== isBare(b)) say(isBare(a) ? "type-narrowed" : "type-widened", `was ${described(a)}, is ${described(b)}`);
    return false;
  }
  const [from, to] = [typesOf(a), typesOf(b)];
  const lost = [...from].filter((type) => !to.has(type) && !(type === "integer" && to.has("number")));
  const won = [...to].filter((type) => !from.has(type) && !(type === "integer" && from.has("number")));
  const message = `was ${described(a)}, is ${described(b)}`;
  if (lost.length > 0 && won.length > 0) {
    say(isListAndSingle(from, to) ? "shape-changed" : "type-changed", message);
    return false;
  }
  if (lost.length > 0) say("type-narrowed", message);
  if (won.length > 0) say("type-widened", message);
  return from.size > 0 && to.size > 0;
}

const known = new WeakMap<SchemaNode, ReadonlySet<JsonTypeName>>();

/** Types that a value may have, listed values and alternatives considered. */
export function typesOf(node: SchemaNode): ReadonlySet<JsonTypeName> {
  const before = known.get(node);
  if (before !== undefined) return before;
  // An alternative that is the whole again adds nothing.
  known.set(node, new Set());
  const { branches } = node;
  const types =
    branches === undefined
      ? node.types
      : within(
          node.types,
          branches.flatMap((branch) => [...typesOf(nodeOf(branch))]),
        );
  const found = node.values === undefined ? types : within(types, [...node.values.values()].map(typeOf));
  known.set(node, found);
  return found;
}

/** Says nothing about a value. */
export function isBare(node: SchemaNode): boolean {
  const {
    nullable,
    types,
    branches,
    values,
    properties,
    required,
    additional,
    patternFields,
    items,
    prefix,
    bounds,
    conditions,
  } = node;
  const isOpen =
    nullable && !node.never && types.size === 5 && branches === undefined && values === undefined && conditions.size === 0;
  const hasParts = [properties, required, patternFields, bounds, node.patterns, node.formats].some(({ size }) => size > 0);
  return isOpen && !hasParts && additional === undefined && items === undefined && prefix.length === 0 && !node.unique;
}

/** Types as people read them. */
export function described(node: SchemaNode): string {
  if (isBare(node)) return "any value";
  const types = [...typesOf(node)];
  return [...types, ...(node.nullable ? ["null"] : [])].join(" or ") || "nothing";
}

function within(types: ReadonlySet<JsonTypeName>, said: readonly JsonTypeName[]): ReadonlySet<JsonTypeName> {
  const kept = new Set(said.filter((type) => types.has(type) || (type === "integer" && types.has("number"))));
  if (kept.has("number")) kept.delete("integer");
  return kept;
}

function typeOf(value: Json): JsonTypeName {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return value === null ? "null" : (typeof value as "string" | "boolean" | "object");
}

function isListAndSingle(from: ReadonlySet<JsonTypeName>, to: ReadonlySet<JsonTypeName>): boolean {
  return (from.size === 1 && from.has("array")) !== (to.size === 1 && to.has("array"));
}
