import type { Json, JsonSchemaObject } from "@mortise/contract";
import type { TSchema } from "typebox";

/**
 * Writes a TypeBox schema as plain JSON Schema 2020-12. Tuples become `prefixItems`, records `additionalProperties`, and unions of
 * bare literals one `enum`, which is how the rest of the house and its forms spell them.
 */
export function plainSchema(schema: TSchema): JsonSchemaObject {
  return plain(schema) as JsonSchemaObject;
}

/** Like {@link plainSchema}, and an object takes no other keys than those named, unless its schema says otherwise. */
export function closedSchema(schema: TSchema): JsonSchemaObject {
  const written = plainSchema(schema);
  const open = written.type !== "object" || written.additionalProperties !== undefined || written.patternProperties !== undefined;
  return open ? written : { ...written, additionalProperties: false };
}

const EVERY_KEY = "^.*$";

/** Keywords whose value is data, not schemas. */
const DATA = new Set(["default", "const", "enum", "examples", "x-sample"]);

/** Keywords whose value is schemas by name: the names are no keywords. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);

function plain(value: unknown): Json {
  if (value instanceof RegExp) return value.source;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value as Json;
  return respell(
    mapValues(value, (part, key) =>
      DATA.has(key) ? (part as Json) : BY_NAME.has(key) ? mapValues(part as object, plain) : plain(part),
    ),
  );
}

function mapValues(value: object, write: (part: unknown, key: string) => Json): { [key: string]: Json } {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, write(part, key)]));
}

function respell(schema: { [key: string]: Json }): Json {
  const { items, additionalItems, patternProperties, anyOf, ...rest } = schema;
  if (Array.isArray(items))
    return { ...rest, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) };
  const everyKey =
    isObject(patternProperties) && Object.keys(patternProperties).join() === EVERY_KEY && patternProperties[EVERY_KEY];
  if (everyKey && schema.type === "object") {
    const { patternProperties: _, ...others } = schema;
    return { ...others, additionalProperties: everyKey };
  }
  const literals = Array.isArray(anyOf) ? bareLiterals(anyOf) : undefined;
  return literals ? { ...literals, ...rest } : schema;
}

function bareLiterals(branches: readonly Json[]): { readonly [key: string]: Json } | undefined {
  const found = branches.map((branch) =>
    isObject(branch) && Object.keys(branch).sort().join() === "const,type" ? branch : undefined,
  );
  const [first] = found;
  if (!first || found.some((branch) => branch?.type !== first.type)) return undefined;
  return { type: first.type ?? "string", enum: found.map((branch) => branch?.const ?? null) };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
