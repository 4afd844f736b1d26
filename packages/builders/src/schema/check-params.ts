import type { Diagnostic, Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { nearest } from "@mortise/contract";
import { pointerTo } from "../values/json-pointer.ts";
import { describeType } from "./describe-type.ts";
import { describeValue } from "./describe-value.ts";
import { kindOfJson, kindsOf } from "./kinds.ts";

/**
 * Checks parameters against their schema, without compiling code (a page's Content-Security-Policy may forbid that). Knows the
 * keywords that our own parameter schemas use: type, enum, const, anyOf, properties, required, additionalProperties, items,
 * minItems, minimum, maximum, minLength, minProperties.
 */
export function checkParams(value: Json, schema: JsonSchema, path: string): readonly Diagnostic[] {
  if (schema === true) return [];
  if (schema === false) return [problem("INVALID_VALUE", path, "nothing is allowed here")];
  if (schema.anyOf) return checkAlternatives(value, schema.anyOf, path);
  if ((kindOfJson(value) & kindsOf(schema)) === 0 || (schema.type === "integer" && !Number.isInteger(value))) {
    return [mismatch(value, schema, path)];
  }
  if (typeof value === "string" || typeof value === "number") return checkScalar(value, schema, path);
  if (Array.isArray(value)) {
    const short = value.length < (schema.minItems ?? 0) ? [problem("INVALID_VALUE", path, "the list must not be empty")] : [];
    return [...short, ...value.flatMap((each, i) => checkParams(each, schema.items ?? true, pointerTo(path, i)))];
  }
  return typeof value === "object" && value !== null ? checkRecord(value as { readonly [key: string]: Json }, schema, path) : [];
}

function checkRecord(value: { readonly [key: string]: Json }, schema: JsonSchemaObject, path: string): readonly Diagnostic[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const found = Object.keys(value).flatMap((key) => {
    const at = pointerTo(path, key);
    if (key === "__proto__") return [problem("INVALID_VALUE", at, "a field cannot have this name")];
    if (Object.hasOwn(properties, key)) return checkParams(value[key] as Json, properties[key] ?? true, at);
    if (additionalProperties !== false) return checkParams(value[key] as Json, additionalProperties, at);
    const near = nearest(key, Object.keys(properties));
    const message = `there is no parameter "${key}"; there are: ${Object.keys(properties).join(", ")}`;
    const fix = near
      ? { title: `Did you mean "${near}"?`, patch: [{ op: "move" as const, from: at, path: pointerTo(path, near) }] }
      : { title: "Remove it", patch: [{ op: "remove" as const, path: at }] };
    return [{ ...problem("UNKNOWN_KEY", at, message), fix }];
  });
  const missing = required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => problem("MISSING_KEY", path, `the parameter "${key}" is missing`));
  const empty =
    Object.keys(value).length < (schema.minProperties ?? 0)
      ? [problem("INVALID_VALUE", path, "at least one field is needed")]
      : [];
  return [...found, ...missing, ...empty];
}

function checkScalar(value: string | number, schema: JsonSchemaObject, path: string): readonly Diagnostic[] {
  if (value === "__proto__") return [problem("INVALID_VALUE", path, "a field cannot have this name")];
  const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (allowed && !allowed.includes(value)) {
    const near =
      typeof value === "string"
        ? nearest(
            value,
            allowed.filter((each) => typeof each === "string"),
          )
        : undefined;
    const message = `found ${JSON.stringify(value)}, expected one of ${allowed.map((each) => JSON.stringify(each)).join(", ")}`;
    const fix = near && { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path, value: near }] };
    return [{ ...problem("INVALID_VALUE", path, message), ...(fix && { fix }) }];
  }
  if (typeof value === "string")
    return value.length < (schema.minLength ?? 0) ? [problem("INVALID_VALUE", path, "the text must not be empty")] : [];
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  if (value >= minimum && value <= maximum) return [];
  return [
    problem(
      "INVALID_VALUE",
      path,
      `found ${value}, expected ${schema.maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`}`,
    ),
  ];
}

function checkAlternatives(value: Json, alternatives: readonly JsonSchema[], path: string): readonly Diagnostic[] {
  const results = alternatives.map((each) => checkParams(value, each, path));
  if (results.some((each) => each.length === 0)) return [];
  const constants = alternatives.every((each) => typeof each === "object" && each.const !== undefined);
  if (constants) {
    const values = alternatives.map((each) => (typeof each === "object" ? (each.const as Json) : null));
    return checkScalar(typeof value === "number" ? value : String(value), { enum: values }, path);
  }
  const sameKind = alternatives.findIndex((each) => kindsOf(each) & kindOfJson(value));
  return results[sameKind] ?? [mismatch(value, { anyOf: alternatives }, path)];
}

function mismatch(value: Json, schema: JsonSchemaObject, path: string): Diagnostic {
  return problem("WRONG_TYPE", path, `found ${describeValue(value)}, expected ${describeType(schema)}`);
}

function problem(code: string, path: string, message: string): Diagnostic {
  return { code, severity: "error", path, message };
}
