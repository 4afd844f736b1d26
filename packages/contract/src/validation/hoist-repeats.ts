import type { JsonSchema, JsonSchemaObject } from "../json.ts";
import { ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP } from "./schema-keywords.ts";

/** Length in characters from which a repeated schema is worth a reference. */
const MIN_LENGTH = 60;

const ALTERNATIVES: ReadonlySet<string> = new Set(["anyOf", "oneOf"]);

type Visit = (schema: JsonSchema) => JsonSchema;

/**
 * A schema of equal meaning whose repeated parts stand once, in `$defs`. A validator generates code for each part where it stands, so a
 * vocabulary that repeats its parts costs several times its size. The same schema where it has references of its own already.
 * Alternatives stay whole: which of them was meant is told by where their violations stand.
 */
export function hoistRepeats(schema: JsonSchemaObject): JsonSchemaObject {
  if (JSON.stringify(schema).includes('"$ref":')) return schema;
  const repeated = repeatedTexts(schema);
  const names = new Map<string, string>();
  const definitions: { [name: string]: JsonSchema } = { ...schema.$defs };
  const refer: Visit = (part) => {
    const text = JSON.stringify(part);
    if (typeof part === "boolean" || !repeated.has(text)) return withParts(part, refer);
    const name = names.get(text) ?? `repeated-${names.size}`;
    if (!names.has(text)) {
      names.set(text, name);
      definitions[name] = withParts(part, refer);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const hoisted = withParts(schema, refer);
  return typeof hoisted === "object" && names.size > 0 ? { ...hoisted, $defs: definitions } : schema;
}

function repeatedTexts(schema: JsonSchemaObject): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const count: Visit = (part) => {
    const text = JSON.stringify(part);
    if (seen.has(text) && text.length >= MIN_LENGTH) repeated.add(text);
    // The parts of a part that is there already are only in it.
    if (seen.has(text)) return part;
    seen.add(text);
    return withParts(part, count);
  };
  withParts(schema, count);
  return repeated;
}

/** The schema with each of its direct parts as `visit` gives it back. */
function withParts(schema: JsonSchema, visit: Visit): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const copy: { [key: string]: unknown } = { ...schema };
  // A name that breaks its schema is told only where that stands in its place.
  for (const key of ONE_SCHEMA) if (schema[key] !== undefined && key !== "propertyNames") copy[key] = visit(schema[key]);
  const isChosenByKind = "discriminator" in schema;
  for (const key of SCHEMA_LIST)
    if (schema[key] !== undefined && (isChosenByKind || !ALTERNATIVES.has(key))) copy[key] = schema[key].map(visit);
  for (const key of SCHEMA_MAP) {
    const parts = schema[key];
    if (parts !== undefined) copy[key] = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, visit(part)]));
  }
  return copy;
}
