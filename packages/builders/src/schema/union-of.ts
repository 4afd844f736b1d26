import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { isDuration, isOptional, isTimestamp } from "./special-types.ts";

const MAX_CONSTANTS = 20;

/** The schema of a value that fits any one of these. Equal ones are merged, constants become an `enum`, none is `false`. */
export function unionOf(schemas: readonly JsonSchema[]): JsonSchema {
  if (schemas.some((schema) => schema === true || isOpen(schema))) return true;
  const distinct = distinctSchemas(schemas.flatMap(alternativesOf));
  if (distinct.length === 0) return false;
  const merged = mergeConstants(mergeNumbers(distinct));
  return merged.length === 1 && merged[0] !== undefined ? merged[0] : { anyOf: merged };
}

function isOpen(schema: JsonSchema): boolean {
  return typeof schema === "object" && Object.keys(schema).length === 0;
}

function alternativesOf(schema: JsonSchema): readonly JsonSchemaObject[] {
  if (typeof schema === "boolean") return [];
  const only = Object.keys(schema).length === 1;
  if (only && schema.anyOf && !isOptional(schema)) return schema.anyOf.flatMap(alternativesOf);
  return [schema];
}

function distinctSchemas(schemas: readonly JsonSchemaObject[]): JsonSchemaObject[] {
  const seen = new Map<string, JsonSchemaObject>();
  const kept: JsonSchemaObject[] = [];
  for (const schema of schemas) {
    if (kept.includes(schema)) continue;
    const marker = isTimestamp(schema) ? "timestamp" : isDuration(schema) ? "duration" : isOptional(schema) ? "optional" : "";
    const key = marker + JSON.stringify(schema);
    if (seen.has(key)) continue;
    seen.set(key, schema);
    kept.push(schema);
  }
  return kept;
}

/** A plain `number` swallows a plain `integer`. */
function mergeNumbers(schemas: JsonSchemaObject[]): JsonSchemaObject[] {
  const isPlain = (schema: JsonSchemaObject, type: string) => schema.type === type && Object.keys(schema).length === 1;
  const hasType = (type: string) => schemas.some((schema) => isPlain(schema, type));
  const swallowed = (schema: JsonSchemaObject) => {
    if (schema.const !== undefined && isBareConstant(schema)) {
      const type = typeof schema.const === "number" ? "number" : typeof schema.const;
      if (hasType(type)) return true;
      return Number.isInteger(schema.const) && hasType("integer");
    }
    return isPlain(schema, "integer") && hasType("number");
  };
  return schemas.filter((schema) => !swallowed(schema));
}

function isBareConstant(schema: JsonSchemaObject): boolean {
  return Object.keys(schema).every((key) => key === "const" || key === "type" || key === "enum");
}

function mergeConstants(schemas: JsonSchemaObject[]): JsonSchemaObject[] {
  const groups = new Map<string, Json[]>();
  const rest: JsonSchemaObject[] = [];
  for (const schema of schemas) {
    const values = schema.const !== undefined ? [schema.const] : schema.enum;
    if (!values || typeof schema.type !== "string" || !isBareConstant(schema)) rest.push(schema);
    else groups.set(schema.type, [...(groups.get(schema.type) ?? []), ...values]);
  }
  for (const [type, all] of groups) {
    const values = [...new Set(all)];
    const typed = { type: type as JsonSchemaObject["type"] };
    if (values.length > MAX_CONSTANTS) rest.push(typed);
    else rest.push(values.length === 1 ? { ...typed, const: values[0] } : { ...typed, enum: values });
  }
  return rest.length > 1 && groups.size > 0 ? mergeNumbers(distinctSchemas(rest)) : rest;
}
