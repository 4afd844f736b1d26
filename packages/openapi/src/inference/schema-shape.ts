import type { JsonSchema } from "@mortise/contract";
import { isObject } from "../document/loose.ts";
import type { Draft } from "../schemas/convert-schema.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";

/** A schema as data has its shape: references followed, the only branch that is not null taken. */
export function shapeOf(schema: unknown, schemas: SchemaImporter, depth = 0): Draft | undefined {
  const found = schemas.look(schema as JsonSchema | undefined);
  if (found === undefined || depth > 8) return found;
  if (found.properties !== undefined || found.items !== undefined || found.type !== undefined) return found;
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    const branches = Array.isArray(found[key]) ? (found[key] as readonly unknown[]) : [];
    const real = branches.filter((branch) => !(isObject(branch) && branch.type === "null"));
    if (real.length === 1) return shapeOf(real[0], schemas, depth + 1);
  }
  return found;
}

/** The fields of an object's schema, those of its `allOf` included. */
export function fieldsOf(schema: unknown, schemas: SchemaImporter, depth = 0): ReadonlyMap<string, unknown> {
  const shape = shapeOf(schema, schemas);
  if (shape === undefined || depth > 5) return new Map();
  const branches = Array.isArray(shape.allOf) ? (shape.allOf as readonly unknown[]) : [];
  const inherited = branches.flatMap((branch) => [...fieldsOf(branch, schemas, depth + 1)]);
  return new Map([...inherited, ...(isObject(shape.properties) ? Object.entries(shape.properties) : [])]);
}

/** Types that a schema allows; empty where it does not say. */
export function typesOf(schema: unknown, schemas: SchemaImporter): readonly string[] {
  const shape = shapeOf(schema, schemas);
  return shape === undefined ? [] : [shape.type].flat().filter((type): type is string => typeof type === "string");
}

export function isListSchema(schema: unknown, schemas: SchemaImporter): boolean {
  return typesOf(schema, schemas).includes("array");
}
