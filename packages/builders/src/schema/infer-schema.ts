import type { Json, JsonSchema } from "@mortise/contract";
import { insideOptional, isOptional } from "./special-types.ts";
import { unionOf } from "./union-of.ts";

const MAX_SAMPLED = 50;

/** The narrowest plain schema of one JSON value: constants for scalars, closed objects, lists by their elements. */
export function inferSchema(value: Json): JsonSchema {
  switch (typeof value) {
    case "string":
      return { type: "string", const: value };
    case "number":
      return { type: Number.isInteger(value) ? "integer" : "number", const: value };
    case "boolean":
      return { type: "boolean", const: value };
    default:
      if (value === null) return { type: "null" };
      if (Array.isArray(value))
        return listSchema((value as readonly Json[]).slice(0, MAX_SAMPLED).map(inferSchema), value.length);
      return recordSchema(
        Object.entries(value as { readonly [key: string]: Json }).map(([key, each]) => [key, inferSchema(each)]),
      );
  }
}

/** The schema of a list literal with elements of these types. */
export function listSchema(elements: readonly JsonSchema[], length: number): JsonSchema {
  if (length === 0) return { type: "array", maxItems: 0 };
  return { type: "array", items: unionOf(elements), minItems: length };
}

/** The schema of a record literal: exactly these fields; one that may be absent is not required. */
export function recordSchema(fields: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([key, type]) => [key, insideOptional(type) ?? type])),
    required: fields.flatMap(([key, type]) => (isOptional(type) ? [] : [key])),
    additionalProperties: false,
  };
}
