import { dereference, type Schema, validate } from "@cfworker/json-schema";
import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { sharedName } from "../self-contained.ts";

type Schemas = { readonly [name: string]: JsonSchema };
type Lookup = Record<string, Schema | boolean>;

const SHARED_ID = "mortise://contract";
const OWN_ID = new URL("mortise://own/");
const lookups = new WeakMap<Schemas, Lookup>();
const NO_SCHEMAS: Schemas = Object.freeze({});

/**
 * Tells that a value fits a schema without generating code for it: for the thousands of examples of a large contract, each of which is
 * looked at once. False means "perhaps not": `compileSchema` has the last word, and the words for it.
 */
export function quicklyFits(schema: JsonSchemaObject, value: Json, schemas: Schemas = NO_SCHEMAS): boolean {
  try {
    const own = copyOf(schema, SHARED_ID);
    const lookup = dereference(own, Object.create(sharedLookup(schemas)) as Lookup, OWN_ID);
    return validate(value, own, "2020-12", lookup, true).valid;
  } catch {
    return false;
  }
}

/** Where references to shared schemas lead; worked out once for all that refer to them. */
function sharedLookup(schemas: Schemas): Lookup {
  const before = lookups.get(schemas);
  if (before !== undefined) return before;
  const lookup = Object.create(null) as Lookup;
  for (const [name, schema] of Object.entries(schemas)) {
    const place = `/schemas/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
    dereference(typeof schema === "boolean" ? schema : copyOf(schema, ""), lookup, new URL(SHARED_ID), place);
  }
  lookups.set(schemas, lookup);
  return lookup;
}

/** A copy that the library may write its marks into, without ids of its own. */
function copyOf(schema: JsonSchemaObject, prefix: string): Schema {
  return JSON.parse(JSON.stringify(schema), function (this: object, key, value: unknown) {
    if (key === "$ref" && typeof value === "string" && sharedName(value) !== undefined) return prefix + value;
    return key === "$id" && typeof value === "string" ? undefined : value;
  }) as Schema;
}
