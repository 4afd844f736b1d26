import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { escapeSegment, getPointer, sharedName } from "@mortise/contract";

/** A schema with where it stands: `root` resolves its references, `path` is a JSON pointer into the contract. */
export interface Located {
  readonly schema: JsonSchema;
  readonly root: Root;
  readonly path: string;
}

/** What references of one schema lead into. */
export interface Root {
  /** The schema itself, for `#/$defs/…`. */
  readonly schema: JsonSchema;
  /** JSON pointer to it in the contract. */
  readonly path: string;
  /** What the contract's operations share, for `#/schemas/…`. */
  readonly schemas: { readonly [name: string]: JsonSchema };
}

const NEVER: JsonSchemaObject = { not: {} };
const ANY: JsonSchemaObject = {};

/** The schema as an object; the same one for the same boolean. */
export function asObjectSchema(schema: JsonSchema): JsonSchemaObject {
  return typeof schema === "object" ? schema : schema ? ANY : NEVER;
}

/** Follows references as long as a schema is nothing but one, so that the same target is the same object. */
export function resolved(located: Located): Located {
  let place = located;
  for (let steps = 0; steps < 50; steps++) {
    const { schema } = place;
    if (typeof schema !== "object" || schema.$ref === undefined) return place;
    if (Object.keys(schema).some((key) => ASSERTING.has(key))) return place;
    const target = follow(schema.$ref, place.root);
    if (target === undefined) return place;
    place = target;
  }
  return place;
}

/** What a reference leads to; undefined where it leads nowhere. */
export function follow(reference: string, root: Root): Located | undefined {
  const name = sharedName(reference);
  if (name !== undefined) {
    const schema = Object.hasOwn(root.schemas, name) ? root.schemas[name] : undefined;
    return schema === undefined ? undefined : { schema, root, path: `/schemas/${escapeSegment(name)}` };
  }
  if (!reference.startsWith("#")) return undefined;
  const pointer = decoded(reference.slice(1));
  const schema = getPointer(root.schema as Json, pointer) as JsonSchema | undefined;
  return schema === undefined ? undefined : { schema, root, path: root.path + pointer };
}

/** Keywords that ask nothing of a value. */
const NOTES = new Set([
  "$ref",
  "title",
  "description",
  "examples",
  "$comment",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$defs",
  "$schema",
  "$id",
]);
/** Whether a keyword asks something, of a value or of who reads it. */
const ASSERTING = { has: (key: string): boolean => !NOTES.has(key) && (!key.startsWith("x-") || key === "x-data-class") };

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}
