import type { Json, JsonSchemaObject } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { isList, isObject } from "./invert-value.ts";
import { schemasAt, typesOf } from "./schema-at.ts";

/**
 * Gives texts of a query, a header or a form the types that a schema has at their places: `"10"` becomes 10 where a number is asked for, a
 * single text a list where a list is. What fits nothing stays text.
 */
export function fitTexts(value: Json, path: readonly string[], root: JsonSchemaObject): Json {
  if (isList(value)) return value.map((each, index) => fitTexts(each, [...path, String(index)], root));
  const schemas = schemasAt(root, path, root);
  const types = typesOf(schemas);
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (types.has("array") && entries.every(([key]) => /^\d+$/.test(key))) return fitTexts(Object.values(value), path, root);
    return Object.fromEntries(entries.map(([key, each]) => [key, fitTexts(each, [...path, key], root)]));
  }
  if (typeof value !== "string") return value;
  const text = value;
  const readings = readingsOf(text, types, (each, index) => fitTexts(each, [...path, String(index)], root));
  const [first = text] = readings;
  if (readings.length < 2) return first;
  const [own] = schemas;
  if (own === undefined) return text;
  const validate = compileSchema({ ...own, ...(root.$defs === undefined ? {} : { $defs: root.$defs }) });
  return readings.find((reading) => validate(reading).ok) ?? text;
}

/** Whether texts are all that a place can have: an object in a path or a header is written in too many ways to be read back. */
export function isFit(value: Json, path: readonly string[], root: JsonSchemaObject): boolean {
  if (isList(value)) return value.every((each, index) => isFit(each, [...path, String(index)], root));
  if (isObject(value)) return Object.entries(value).every(([key, each]) => isFit(each, [...path, key], root));
  const types = typesOf(schemasAt(root, path, root));
  return typeof value !== "string" || types.has("string") || !types.has("object");
}

/** What a text may stand for by the types of its place, likeliest first. */
function readingsOf(text: string, types: ReadonlySet<string>, item: (each: string, index: number) => Json): readonly Json[] {
  if (types.size === 0) return [text];
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return [
    ...(types.has("string") ? [text] : []),
    ...(isNumber && (types.has("integer") || types.has("number")) ? [Number(text)] : []),
    ...(types.has("boolean") && (text === "true" || text === "false") ? [text === "true"] : []),
    ...(types.has("null") && (text === "" || text === "null") ? [null] : []),
    ...(types.has("object") && looksLikeJson(text) ? [parsed(text)] : []),
    ...(types.has("array") && looksLikeJson(text) ? [text.trimStart().startsWith("[") ? parsed(text) : parsed(`[${text}]`)] : []),
    ...(types.has("array") && !looksLikeJson(text) ? [text === "" ? [] : text.split(",").map(item)] : []),
  ];
}

const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
