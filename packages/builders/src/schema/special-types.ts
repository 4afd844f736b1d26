import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";

/**
 * The type of a moment in time inside an expression (CEL `google.protobuf.Timestamp`). Told apart from text of the same format by
 * identity; as a result it is what it looks like, a text with `format: "date-time"`.
 */
export const TIMESTAMP: JsonSchemaObject = Object.freeze({ type: "string", format: "date-time" });

/** The type of a length of time inside an expression; as a result a text such as `"3600s"` (protobuf JSON mapping). */
export const DURATION: JsonSchemaObject = Object.freeze({ type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?s$" });

const optionals = new WeakMap<object, JsonSchema>();

/** The type of a value that may be absent inside an expression (`a.?b`); as a result the value or null. */
export function optionalOf(inner: JsonSchema): JsonSchemaObject {
  const schema: JsonSchemaObject = Object.freeze({ anyOf: [inner, { type: "null" } as const] });
  optionals.set(schema, inner);
  return schema;
}

/** What is inside of an optional type; undefined for all others. */
export function insideOptional(schema: JsonSchema): JsonSchema | undefined {
  return typeof schema === "object" ? optionals.get(schema) : undefined;
}

/** Whether the schema is {@link TIMESTAMP}. */
export function isTimestamp(schema: JsonSchema): boolean {
  return schema === TIMESTAMP;
}

/** Whether the schema is {@link DURATION}. */
export function isDuration(schema: JsonSchema): boolean {
  return schema === DURATION;
}

/** Whether the schema was made by {@link optionalOf}. */
export function isOptional(schema: JsonSchema): boolean {
  return typeof schema === "object" && optionals.has(schema);
}
