import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { patternMatcher } from "@mortise/contract/validation";

const REDACTED = "[redacted]";
const MAX_DEPTH = 64;

/** Hides every value that its schema marks `x-secret`, whatever its type; follows properties, items, combinators and local `$ref`. */
export function redactBySchema(value: Json, schema: JsonSchema): Json {
  return typeof schema === "boolean" ? value : walk(value, [schema], schema, 0);
}

function walk(value: Json, schemas: readonly JsonSchema[], root: JsonSchemaObject, depth: number): Json {
  const all = schemas.flatMap((schema) => branches(schema, root, 0));
  if (all.some((schema) => schema["x-secret"] === true)) return value === null ? null : REDACTED;
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH || all.length === 0) return value;
  if (isList(value)) {
    return value.map((item, index) => {
      const inside = all.flatMap((schema) => present(schema.prefixItems?.[index] ?? schema.items));
      return walk(item, inside, root, depth + 1);
    });
  }
  const out: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    const inside = all.flatMap((schema) => ofProperty(schema, key));
    Object.defineProperty(out, key, {
      value: walk(item, inside, root, depth + 1),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return out;
}

/** The schema itself and every schema that may apply in its place. Which branch of a choice holds is not asked: any mark hides. */
function branches(schema: JsonSchema, root: JsonSchemaObject, depth: number): readonly JsonSchemaObject[] {
  if (typeof schema === "boolean" || depth > MAX_DEPTH) return [];
  const target = schema.$ref === undefined ? undefined : local(schema.$ref, root);
  const more = [target, ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), schema.then, schema.else];
  return [schema, ...more.flatMap((other) => (other === undefined ? [] : branches(other, root, depth + 8)))];
}

function ofProperty(schema: JsonSchemaObject, key: string): readonly JsonSchema[] {
  const named = schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  const matched = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => mayMatch(pattern, key));
  const found = [...present(named), ...matched.map(([, inside]) => inside)];
  return found.length > 0 ? found : present(schema.additionalProperties);
}

/** Whether it matches; where that cannot be told in time, it is taken to: to hide too much harms nobody. */
function mayMatch(pattern: string, key: string): boolean {
  return patternMatcher(pattern).quick(key) ?? true;
}

function local(ref: string, root: JsonSchemaObject): JsonSchema | undefined {
  if (ref === "#") return root;
  const name = /^#\/\$defs\/([^/]+)$/.exec(ref)?.[1];
  return name === undefined ? undefined : root.$defs?.[name.replaceAll("~1", "/").replaceAll("~0", "~")];
}

const present = (schema: JsonSchema | undefined): readonly JsonSchema[] => (schema === undefined ? [] : [schema]);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
