import type { Json, JsonObject, JsonSchema, JsonSchemaObject } from "../json.ts";
import { escapeSegment, parsePointer } from "../json-pointer.ts";
import { selfContained } from "../self-contained.ts";
import { compileSchema } from "../validation/compile-schema.ts";
import { conjunctionOf } from "./conjunction.ts";
import { schemasFor } from "./make-object.ts";
import { createRandom } from "./random.ts";
import { type SampleOptions, sampleOf } from "./sample-of.ts";

/** A value that breaks its schema in one known place. */
export interface BrokenSample {
  readonly value: Json;
  /** JSON pointer to the place; for a missing or an unknown key to the key. */
  readonly path: string;
  /** Keyword of JSON Schema that the place breaks. */
  readonly keyword: string;
  /** What was done, e.g. `left out the required key "email"`. */
  readonly what: string;
}

/**
 * Makes a value that fits a schema and breaks it in one place: a key that must be there is left out, a type is another, a bound is passed.
 * The validator has refused it before it is handed out. Undefined where the schema has no sample, or refuses nothing that was tried.
 */
export function brokenSampleOf(schema: JsonSchema, options: SampleOptions): BrokenSample | undefined {
  const { definitions, seed } = options;
  const validate = compileSchema(schema, definitions === undefined ? {} : { schemas: definitions });
  const root = typeof schema === "object" ? selfContained(schema, definitions) : schema;
  const base = sampleOf(schema, options);
  if (base === undefined) return undefined;
  const breaks: BrokenSample[] = [];
  collect([root], base, "", root, (path, keyword, what, put) => {
    breaks.push({ value: withChange(base, parsePointer(path) ?? [], put), path, keyword, what });
  });
  return createRandom(`broken ${seed}`)
    .shuffled(breaks)
    .find(({ value }) => !validate(value).ok);
}

type Report = (path: string, keyword: string, what: string, put: Json | undefined) => void;

/** Reports every change that should break what holds at a place, and those of the places below. */
function collect(schemas: readonly JsonSchema[], value: Json, path: string, root: JsonSchema, report: Report): void {
  const held = plainConjunction(schemas, root);
  for (const schema of held) own(schema, value, path, report);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    const items = held.flatMap(({ items }) => (items === undefined ? [] : [items]));
    const first: Json | undefined = value[0];
    if (first !== undefined && items.length > 0) collect(items, first, `${path}/0`, root, report);
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    const below = schemasFor(key, { facts: { schemas: held } });
    collect(below, part as Json, `${path}/${escapeSegment(key)}`, root, report);
  }
}

/** What surely holds: branches count for nothing, as another one may fit a changed value. */
function plainConjunction(schemas: readonly JsonSchema[], root: JsonSchema): readonly JsonSchemaObject[] {
  const open = schemas.map((schema) => withoutBranches(schema));
  return conjunctionOf(open, root, () => 0) ?? [];
}

function withoutBranches(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const { anyOf: _, oneOf: __, if: ___, ...rest } = schema;
  return rest;
}

function own(schema: JsonSchemaObject, value: Json, path: string, report: Report): void {
  if (schema.type !== undefined) {
    const other = OTHERS.find((each) => !admits(schema.type, each));
    if (other !== undefined) report(path, "type", `put ${JSON.stringify(other)} in the place of ${kindOf(value)}`, other);
  }
  if (schema.enum !== undefined || schema.const !== undefined) {
    const listed = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
    const other = typeof listed[0] === "number" ? 987_654_321 : "not-one-of-these";
    report(path, schema.enum === undefined ? "const" : "enum", "put a value that is not listed", other);
  }
  if (typeof value === "string") text(schema, value, path, report);
  if (typeof value === "number") number(schema, path, report);
  if (Array.isArray(value)) list(schema, value, path, report);
  else if (typeof value === "object" && value !== null) object(schema, value as JsonObject, path, report);
}

const OTHERS: readonly Json[] = [["wrong"], { wrong: true }, "wrong", 12.5, true, null];

function text(
  { minLength = 0, maxLength, pattern, format }: JsonSchemaObject,
  value: string,
  path: string,
  report: Report,
): void {
  if (minLength > 0) report(path, "minLength", "made the text too short", [...value].slice(0, minLength - 1).join(""));
  if (maxLength !== undefined && maxLength < 10_000)
    report(path, "maxLength", "made the text too long", "x".repeat(maxLength + 1));
  if (pattern !== undefined) report(path, "pattern", "put a text that does not match", "\u0000~ ~\u0000");
  if (format !== undefined) report(path, "format", `put a text that is no ${format}`, "\u0000 no format %");
}

function number(schema: JsonSchemaObject, path: string, report: Report): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const low = minimum ?? exclusiveMinimum;
  const high = maximum ?? exclusiveMaximum;
  if (low !== undefined) report(path, minimum === undefined ? "exclusiveMinimum" : "minimum", "went below the least", low - 1);
  if (high !== undefined) report(path, maximum === undefined ? "exclusiveMaximum" : "maximum", "went above the most", high + 1);
  if (multipleOf !== undefined) report(path, "multipleOf", "put a figure between two steps", multipleOf * 1.5);
}

function list(
  { minItems = 0, maxItems, uniqueItems }: JsonSchemaObject,
  value: readonly Json[],
  path: string,
  report: Report,
): void {
  const [first] = value;
  if (minItems > 0) report(path, "minItems", "took items away", value.slice(0, minItems - 1));
  if (first === undefined) return;
  if (uniqueItems === true) report(path, "uniqueItems", "put an item twice", [...value, first]);
  if (maxItems !== undefined && maxItems < 1_000)
    report(path, "maxItems", "added items", [...value, ...Array.from({ length: maxItems + 1 - value.length }, () => first)]);
}

function object(
  { required = [], additionalProperties }: JsonSchemaObject,
  value: JsonObject,
  path: string,
  report: Report,
): void {
  for (const key of required) {
    if (Object.hasOwn(value, key))
      report(`${path}/${escapeSegment(key)}`, "required", `left out the required key "${key}"`, undefined);
  }
  if (additionalProperties === false)
    report(`${path}/unknownKey`, "additionalProperties", "added a key that is not declared", "unknown");
}

function admits(type: JsonSchemaObject["type"], value: Json): boolean {
  const types: readonly string[] = type === undefined ? [] : typeof type === "string" ? [type] : type;
  return types.includes(kindOf(value)) || (kindOf(value) === "number" && types.includes("integer"));
}

function kindOf(value: Json): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** A copy with another value at the pointer; `undefined` takes it away. */
function withChange(value: Json, segments: readonly string[], put: Json | undefined): Json {
  const [segment, ...rest] = segments;
  if (segment === undefined) return put ?? null;
  if (Array.isArray(value))
    return value.map((each: Json, index) => (String(index) === segment ? withChange(each, rest, put) : each));
  if (typeof value !== "object" || value === null) return value;
  const entries = new Map<string, Json>(Object.entries(value));
  if (rest.length === 0 && put === undefined) entries.delete(segment);
  else entries.set(segment, withChange(entries.get(segment) ?? null, rest, put));
  return Object.fromEntries(entries);
}
