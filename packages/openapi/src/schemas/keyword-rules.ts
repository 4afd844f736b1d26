import { isObject } from "../document/loose.ts";
import { cleanPattern } from "./clean-pattern.ts";
import { knownFormat } from "./formats.ts";

/** What a keyword's value comes to, or why it cannot be kept. */
export type Kept = { readonly value: unknown } | { readonly expected: string } | { readonly nothing: true };

/** Looks at the value of one keyword. */
export type KeywordRule = (value: unknown) => Kept;

const NOTHING: Kept = Object.freeze({ nothing: true });
const kept = (value: unknown): Kept => ({ value });
const drop: KeywordRule = () => NOTHING;

const text: KeywordRule = (value) => (typeof value === "string" ? kept(value) : { expected: "text" });

const prose: KeywordRule = (value) => {
  if (typeof value !== "string") return { expected: "text" };
  return value.trim() === "" ? NOTHING : kept(value.trim());
};

const number: KeywordRule = (value) => {
  const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? kept(found) : { expected: "a number" };
};

const count: KeywordRule = (value) => {
  const found = number(value);
  if (!("value" in found)) return { expected: "a whole number" };
  return Number.isInteger(found.value) && Number(found.value) >= 0 ? found : { expected: "a whole number, 0 or more" };
};

const truth: KeywordRule = (value) => {
  if (typeof value === "boolean") return kept(value);
  if (value === "true" || value === "false") return kept(value === "true");
  return { expected: "true or false" };
};

const limit: KeywordRule = (value) => (typeof value === "boolean" ? kept(value) : number(value));

const TYPES = new Set(["null", "boolean", "integer", "number", "string", "array", "object"]);
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([
  ["int", "integer"],
  ["long", "integer"],
  ["float", "number"],
  ["double", "number"],
  ["decimal", "number"],
  ["bool", "boolean"],
  ["str", "string"],
  ["text", "string"],
  ["date", "string"],
  ["datetime", "string"],
  ["file", "string"],
  ["list", "array"],
  ["dict", "object"],
  ["map", "object"],
]);

const type: KeywordRule = (value) => {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (given.some((name) => name === "any" || name === "")) return NOTHING;
  const names = given.flatMap((name) => {
    const plain = typeof name === "string" ? name.trim().toLowerCase() : "";
    const known = TYPES.has(plain) ? plain : OTHER_TYPES.get(plain);
    return known === undefined ? [] : [known];
  });
  const unique = [...new Set(names)];
  if (unique.length === 0) return { expected: "a type of JSON Schema" };
  return kept(unique.length === 1 ? unique[0] : unique);
};

const enumeration: KeywordRule = (value) =>
  Array.isArray(value) && value.length > 0 ? kept(value) : { expected: "a list that is not empty" };

const names: KeywordRule = (value) => {
  if (typeof value === "boolean") return NOTHING;
  if (!Array.isArray(value)) return { expected: "a list of names" };
  const unique = [...new Set(value.filter((name) => typeof name === "string"))];
  return unique.length > 0 ? kept(unique) : NOTHING;
};

const nameLists: KeywordRule = (value) => {
  if (!isObject(value)) return { expected: "an object of lists of names" };
  const lists = Object.entries(value).flatMap(([name, each]) => {
    const list = names(each);
    return "value" in list ? [[name, list.value] as const] : [];
  });
  return lists.length > 0 ? kept(Object.fromEntries(lists)) : NOTHING;
};

const pattern: KeywordRule = (value) => {
  const found = typeof value === "string" ? cleanPattern(value) : undefined;
  return found === undefined ? { expected: "a regular expression (ECMA-262)" } : kept(found);
};

const format: KeywordRule = (value) => {
  if (typeof value !== "string") return { expected: "text" };
  const known = knownFormat(value);
  return known === undefined ? NOTHING : kept(known);
};

const divisor: KeywordRule = (value) => {
  const found = number(value);
  return "value" in found && Number(found.value) > 0 ? found : { expected: "a number above 0" };
};

/** Keywords that hold no schema, and what their values must be. What is not here, and no schema, is no keyword. */
export const KEYWORD_RULES: ReadonlyMap<string, KeywordRule> = new Map<string, KeywordRule>([
  ["type", type],
  ["title", prose],
  ["description", prose],
  ["default", kept],
  ["enum", enumeration],
  ["const", kept],
  ["format", format],
  ["pattern", pattern],
  ["minLength", count],
  ["maxLength", count],
  ["minimum", number],
  ["maximum", number],
  ["exclusiveMinimum", limit],
  ["exclusiveMaximum", limit],
  ["multipleOf", divisor],
  ["required", names],
  ["dependentRequired", nameLists],
  ["minProperties", count],
  ["maxProperties", count],
  ["minItems", count],
  ["maxItems", count],
  ["uniqueItems", truth],
  ["minContains", count],
  ["maxContains", count],
  ["deprecated", truth],
  ["contentEncoding", text],
  ["contentMediaType", text],
  ...[
    "readOnly",
    "writeOnly",
    "nullable",
    "example",
    "examples",
    "discriminator",
    "xml",
    "externalDocs",
    "$ref",
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$vocabulary",
    "$comment",
    "$defs",
    "definitions",
  ].map((name): [string, KeywordRule] => [name, drop]),
]);

/** What a parameter or header of OpenAPI 2.0 says beside its schema. */
export const PARAMETER_KEYS: ReadonlySet<string> = new Set([
  "name",
  "in",
  "required",
  "allowEmptyValue",
  "collectionFormat",
  "style",
  "explode",
  "allowReserved",
  "content",
  "schema",
]);
