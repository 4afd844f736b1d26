import { type JsonSchema, type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { subSchemas } from "./sub-schemas.ts";

/** A property of a form or of a result, at any depth. */
export interface Field {
  readonly name: string;
  /** JSON pointer to its schema. */
  readonly path: string;
  readonly schema: JsonSchemaObject;
  readonly required: boolean;
  /** JSON pointer to the schema that holds it as a whole: an input, the settings, a shared schema. */
  readonly root: string;
  /** Whether it is the root's own property, not one deeper inside. */
  readonly top: boolean;
}

/** Every property that a schema declares, references not followed. */
export function fieldsOf(schema: JsonSchema | undefined, root: string): readonly Field[] {
  const found: Field[] = [];
  if (typeof schema === "object") collect(schema, root, root, found);
  return found;
}

function collect(schema: JsonSchemaObject, at: string, root: string, found: Field[]): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property !== "object" || property === null) continue;
    const required = schema.required?.includes(name) ?? false;
    found.push({ name, path: `${at}/properties${joinPointer(name)}`, schema: property, required, root, top: at === root });
  }
  for (const [path, child] of subSchemas(schema, at)) collect(child, path, root, found);
}
