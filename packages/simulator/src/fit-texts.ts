import type { Json, JsonSchemaObject } from "@mortise/contract";
import { isList, isObject } from "./invert-value.ts";
import { schemasAt, typesOf } from "./schema-at.ts";

/**
 * Gives texts of a query, a header or a form the types that a schema has at their places: `"10"` becomes 10 where a number is asked for, a
 * single text a list where a list is. What fits nothing stays text.
 */
export function fitTexts(value: Json, path: readonly string[], root: JsonSchemaObject): Json {
  if (isList(value)) return value.map((each, index) => fitTexts(each, [...path, String(index)], root));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fitTexts(each, [...path, key], root)]));
  }
  if (typeof value !== "string") return value;
  const types = typesOf(schemasAt(root, path, root));
  if (types.size === 0 || types.has("string")) return value;
  if (types.has("array") && !looksLikeJson(value)) {
    return value === "" ? [] : value.split(",").map((each, index) => fitTexts(each, [...path, String(index)], root));
  }
  if ((types.has("integer") || types.has("number")) && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  if (types.has("boolean") && (value === "true" || value === "false")) return value === "true";
  if (types.has("null") && (value === "" || value === "null")) return null;
  return looksLikeJson(value) ? parsed(value) : value;
}

const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
