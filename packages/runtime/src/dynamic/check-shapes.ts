import type { Diagnostic, FieldSource, Json, JsonSchemaObject, Operation } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { ResolvedCall } from "../call.ts";
import { peekShape } from "./read-shape.ts";
import { dereferenced } from "./source-at.ts";
import { sourceInput } from "./source-input.ts";

/** An object of the input whose shape an operation tells; `*` in its path is every item of a list. */
interface ShapePlace {
  readonly path: readonly string[];
  readonly source: FieldSource;
}

const NOTHING: readonly Diagnostic[] = Object.freeze([]);
const MAX_DEPTH = 8;
const placesOf = new WeakMap<Operation, readonly ShapePlace[]>();

/**
 * Checks objects with `x-fields` against their shapes, as far as these are known already: a call never waits for a shape, and one that
 * cannot be worked out is no fault of the call.
 */
export function checkShapes(call: ResolvedCall, input: Json): readonly Diagnostic[] {
  const { operation } = call.target;
  const known = placesOf.get(operation);
  const places = known ?? findPlaces(operation.input);
  if (known === undefined) placesOf.set(operation, places);
  if (places.length === 0) return NOTHING;
  return places.flatMap(({ path, source }) => {
    const shape = knownShape(call, source, input);
    return shape === undefined ? [] : valuesAt(input, path, "").flatMap(([at, value]) => faults(shape, value, at));
  });
}

function knownShape(call: ResolvedCall, spec: FieldSource, input: Json): JsonSchemaObject | undefined {
  try {
    const wanted = sourceInput(spec.with, { input, settings: call.connection.settings, search: "" }, "");
    return peekShape({ call, operation: spec.operation, input: wanted, cacheMs: spec.cacheMs }, spec);
  } catch {
    return undefined;
  }
}

function faults(shape: JsonSchemaObject, value: Json, at: string): readonly Diagnostic[] {
  return compileSchema(shape)(value).diagnostics.map((found) => ({ ...found, path: at + found.path }));
}

function valuesAt(value: Json | undefined, [key, ...rest]: readonly string[], at: string): readonly (readonly [string, Json])[] {
  if (value === undefined || value === null) return [];
  if (key === undefined) return [[at, value]];
  if (key === "*") {
    return isList(value) ? value.flatMap((each, index) => valuesAt(each, rest, `${at}/${index}`)) : [];
  }
  if (typeof value !== "object" || isList(value) || !Object.hasOwn(value, key)) return [];
  return valuesAt(value[key], rest, at + joinPointer(key));
}

function findPlaces(root: JsonSchemaObject): readonly ShapePlace[] {
  const found: ShapePlace[] = [];
  const walk = (given: unknown, path: readonly string[]): void => {
    if (path.length > MAX_DEPTH) return;
    for (const schema of new Set([given, dereferenced(given, root)])) {
      if (!isRecord(schema)) continue;
      if (schema["x-fields"] !== undefined) found.push({ path, source: schema["x-fields"] as FieldSource });
      for (const [name, each] of Object.entries(isRecord(schema.properties) ? schema.properties : {}))
        walk(each, [...path, name]);
      if (schema.items !== undefined) walk(schema.items, [...path, "*"]);
      for (const each of Array.isArray(schema.allOf) ? schema.allOf : []) walk(each, path);
    }
  };
  walk(root, []);
  return found;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
