import { getPointer, type Json, type JsonSchema, type JsonSchemaObject, sharedName } from "@mortise/contract";

/** References that are followed; a longer chain is a circle. */
const MOST_STEPS = 20;

/** The schema that a schema of a contract stands for: its own reference followed, those inside of it left as they are. */
export function resolvedSchema(
  schema: JsonSchemaObject,
  schemas: { readonly [name: string]: JsonSchema } | undefined,
): JsonSchemaObject {
  let current = schema;
  for (let step = 0; step < MOST_STEPS && typeof current.$ref === "string"; step += 1) {
    const name = sharedName(current.$ref);
    const next =
      name === undefined
        ? getPointer(schema as Json, current.$ref.replace(/^#/, ""))
        : schemas !== undefined && Object.hasOwn(schemas, name)
          ? schemas[name]
          : undefined;
    if (typeof next !== "object" || next === null || Array.isArray(next)) return current;
    current = next as JsonSchemaObject;
  }
  return current;
}
