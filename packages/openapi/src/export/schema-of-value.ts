import type { Json, JsonObject, JsonSchema, JsonSchemaObject, Value } from "@mortise/contract";
import { celSource, inputReference } from "./input-reference.ts";
import { propertyOf } from "./schema-hoist.ts";

/** The schema of what a value of a request comes to, as far as it can be told without running it. */
export function schemaOfValue(value: Value, input: JsonSchemaObject): JsonSchema {
  const source = celSource(value);
  if (source !== undefined) {
    const reference = inputReference(source);
    if (reference !== undefined) return propertyOf(input, reference.name);
    return source.trim() === "input" ? { ...input } : true;
  }
  if (typeof value !== "object" || value === null) return { const: value };
  if (Array.isArray(value)) return { type: "array" };
  if (Object.hasOwn(value, "$text")) return { type: "string" };
  if (Object.hasOwn(value, "$map")) return true;
  return objectOf(value as JsonObject, input);
}

function objectOf(value: JsonObject, input: JsonSchemaObject): JsonSchemaObject {
  const required = Object.entries(value).flatMap(([key, each]) => (alwaysThere(each, input) ? [key] : []));
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(value).map(([key, each]) => [key, schemaOfValue(each, input)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Whether a value comes to something in every call. */
export function alwaysThere(value: Json, input: JsonSchemaObject): boolean {
  const source = celSource(value);
  if (source === undefined) return value !== null;
  const reference = inputReference(source);
  return reference !== undefined && !reference.optional && (input.required ?? []).includes(reference.name);
}
