import type { Json } from "@mortise/contract";
import { isObject } from "../document/loose.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import { sampleOfPattern } from "./sample-of-pattern.ts";
import { fieldsOf, shapeOf, typesOf } from "./schema-shape.ts";

const FORMATS: ReadonlyMap<string, string> = new Map([
  ["date-time", "2026-01-31T12:00:00Z"],
  ["date", "2026-01-31"],
  ["time", "12:00:00Z"],
  ["duration", "PT1H"],
  ["email", "ada@example.com"],
  ["hostname", "example.com"],
  ["ipv4", "192.0.2.1"],
  ["ipv6", "2001:db8::1"],
  ["uri", "https://example.com/"],
  ["uri-reference", "/path"],
  ["uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
  ["byte", "aGVsbG8="],
]);

/** A value that a schema probably accepts: its own sample where it has one, else the least of its kind. Undefined where nothing is plain. */
export function plainSampleOf(schema: unknown, name: string, schemas: SchemaImporter): Json | undefined {
  return make(schema, name, { schemas, left: MAX_VALUES }, 0);
}

/** A sample of more values helps nobody. */
const MAX_VALUES = 500;

interface Making {
  readonly schemas: SchemaImporter;
  left: number;
}

function make(schema: unknown, name: string, making: Making, depth: number): Json | undefined {
  const { schemas } = making;
  const shape = shapeOf(schema, schemas);
  making.left -= 1;
  if (shape === undefined || depth > 6 || making.left < 0) return undefined;
  const given = [...list(shape.examples), shape.default, shape.const, ...list(shape.enum)].find(
    (value) => value !== undefined && value !== null,
  );
  if (given !== undefined) return given as Json;
  const types = typesOf(shape, schemas);
  if (shape.properties !== undefined || types.includes("object")) return objectOf(shape, making, depth);
  if (types.includes("string")) return textOf(shape, name);
  if (types.includes("integer") || types.includes("number")) return numberOf(shape);
  if (types.includes("boolean")) return true;
  if (types.includes("array")) {
    const item = Number(shape.minItems ?? 0) > 0 ? make(shape.items, name, making, depth + 1) : undefined;
    return item === undefined ? [] : [item];
  }
  for (const branch of [...list(shape.anyOf), ...list(shape.oneOf)]) {
    const found = make(branch, name, making, depth + 1);
    if (found !== undefined) return found;
  }
  if (Array.isArray(shape.allOf)) return objectOf(shape, making, depth);
  return types.includes("null") ? null : name;
}

function objectOf(shape: { readonly [keyword: string]: unknown }, making: Making, depth: number): Json | undefined {
  const { schemas } = making;
  const branches = list(shape.allOf).map((branch) => shapeOf(branch, schemas));
  const required = [shape, ...branches].flatMap((each) => list(isObject(each) ? each.required : undefined));
  const fields = fieldsOf(shape, schemas);
  const parts: [string, Json][] = [];
  for (const name of new Set(required)) {
    const value = make(fields.get(String(name)) ?? {}, String(name), making, depth + 1);
    if (value === undefined) return undefined;
    parts.push([String(name), value]);
  }
  return Object.fromEntries(parts);
}

function textOf(shape: { readonly [keyword: string]: unknown }, name: string): Json {
  const format = typeof shape.format === "string" ? FORMATS.get(shape.format) : undefined;
  if (format !== undefined) return format;
  if (shape.contentEncoding === "base64") return "aGVsbG8=";
  const matching = typeof shape.pattern === "string" ? sampleOfPattern(shape.pattern) : undefined;
  if (matching !== undefined) return matching;
  const least = Number(shape.minLength ?? 0);
  const most = Number(shape.maxLength ?? Number.POSITIVE_INFINITY);
  const text = least > 10_000 || name.length >= least ? name : name.padEnd(least, "x");
  return text.slice(0, Math.max(most, 0));
}

function numberOf({ minimum, maximum, exclusiveMinimum, multipleOf }: { readonly [keyword: string]: unknown }): Json {
  const least = typeof minimum === "number" ? minimum : typeof exclusiveMinimum === "number" ? exclusiveMinimum + 1 : 1;
  const step = typeof multipleOf === "number" ? multipleOf : 1;
  const found = Math.ceil(least / step) * step;
  return typeof maximum === "number" && found > maximum ? maximum : found;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
