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

/** Fields by schema, worked out once: branches may refer to the same schemas over and over. */
const known = new WeakMap<Draft, ReadonlyMap<string, unknown>>();

/** The fields of an object's schema, those of its `allOf` included. */
export function fieldsOf(schema: unknown, schemas: SchemaImporter, depth = 0): ReadonlyMap<string, unknown> {
  const shape = shapeOf(schema, schemas);
  if (shape === undefined || depth > 50) return NO_FIELDS;
  const before = known.get(shape);
  if (before !== undefined) return before;
  known.set(shape, NO_FIELDS);
  const branches = Array.isArray(shape.allOf) ? (shape.allOf as readonly unknown[]) : [];
  const fields = new Map<string, unknown>();
  for (const branch of branches) for (const [name, field] of fieldsOf(branch, schemas, depth + 1)) fields.set(name, field);
  if (isObject(shape.properties)) for (const [name, field] of Object.entries(shape.properties)) fields.set(name, field);
  known.set(shape, fields);
  return fields;
}

const NO_FIELDS: ReadonlyMap<string, unknown> = new Map();

/** Types that a schema allows; empty where it does not say. */
export function typesOf(schema: unknown, schemas: SchemaImporter): readonly string[] {
  const shape = shapeOf(schema, schemas);
  return shape === undefined ? [] : [shape.type].flat().filter((type): type is string => typeof type === "string");
}

/** Whether a schema allows a list. */
export function isListSchema(schema: unknown, schemas: SchemaImporter): boolean {
  return typesOf(schema, schemas).includes("array");
}
