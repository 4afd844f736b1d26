import type { Json } from "@mortise/contract";

const MAX_DEPTH = 300;
const MAX_NODES = 6_000_000;

/** What of a parsed document is JSON. */
export interface PlainJson {
  readonly value: Json;
  /** Parts that are no JSON (circular aliases, NaN, too deep, too many), which became null. */
  readonly replaced: number;
}

/** Copies a parsed document as plain JSON: no shared or circular parts, no NaN, at most 300 levels deep. Never throws. */
export function plainJson(given: unknown): PlainJson {
  let nodes = 0;
  let replaced = 0;
  const above = new Set<object>();
  const copy = (value: unknown): Json => {
    nodes += 1;
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (value instanceof Date) return value.toISOString();
    const tooMuch = above.size >= MAX_DEPTH || nodes > MAX_NODES;
    if (typeof value !== "object" || tooMuch || above.has(value)) {
      replaced += 1;
      return null;
    }
    above.add(value);
    const made = Array.isArray(value)
      ? value.map(copy)
      : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
    above.delete(value);
    return made;
  };
  return { value: copy(given), replaced };
}
