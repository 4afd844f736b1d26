import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";

/** A number of things. */
export const COUNT = { type: "integer", minimum: 0 } as const satisfies JsonSchemaObject;

/** An error as the outputs of nodes list it. */
export const LISTED_ERROR: JsonSchema = {
  type: "object",
  properties: { code: { type: "string" }, message: { type: "string" } },
  required: ["code", "message"],
};

/** The schema of an object with exactly these fields; those of `optional` may be missing. */
export function exactly(fields: { readonly [name: string]: JsonSchema }, optional: readonly string[] = []): JsonSchemaObject {
  const required = Object.keys(fields).filter((name) => !optional.includes(name));
  return { type: "object", properties: fields, required, additionalProperties: false };
}
