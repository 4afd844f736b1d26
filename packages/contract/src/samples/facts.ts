import type { Json, JsonSchema, JsonSchemaObject, JsonTypeName } from "../json.ts";
import { targetOf } from "./conjunction.ts";

/** What a conjunction asks of a value, in one place. */
export interface Facts {
  /** Types that fit, `integer` only where `number` does not. */
  readonly types: readonly JsonTypeName[];
  /** Those of `types` that a made value should have: what the keywords imply where no type is said. */
  readonly likely: readonly JsonTypeName[];
  /** Values that fit; undefined: not listed. */
  readonly values: readonly Json[] | undefined;
  /** What the schemas give as samples, the most telling first. */
  readonly samples: readonly Json[];
  readonly schemas: readonly JsonSchemaObject[];
  /** Keys that must not be there, from `not: { required: [key] }`. */
  readonly banned: ReadonlySet<string>;
}

const ALL_TYPES: readonly JsonTypeName[] = ["string", "integer", "number", "boolean", "object", "array", "null"];

const TYPE_OF_KEYWORD: { readonly [keyword: string]: JsonTypeName } = {
  properties: "object",
  required: "object",
  additionalProperties: "object",
  patternProperties: "object",
  propertyNames: "object",
  minProperties: "object",
  items: "array",
  prefixItems: "array",
  contains: "array",
  minItems: "array",
  uniqueItems: "array",
  pattern: "string",
  format: "string",
  minLength: "string",
  maxLength: "string",
  contentEncoding: "string",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  multipleOf: "number",
};

/** Gathers what a conjunction asks. */
export function factsOf(schemas: readonly JsonSchemaObject[], root: JsonSchema): Facts {
  const nots = schemas.flatMap(({ not }) => (typeof not === "object" ? [resolved(not, root)] : []));
  const types = typesOf(schemas, nots);
  const isSaid = schemas.some(({ type }) => type !== undefined);
  return {
    types,
    likely: isSaid ? types : impliedTypes(schemas, types),
    values: valuesOf(schemas, nots),
    samples: schemas.flatMap(samplesOf),
    schemas,
    banned: new Set(nots.flatMap((not) => (isOnlyRequired(not) ? (not.required ?? []) : []))),
  };
}

/** The name of a value's type, `integer` for whole numbers. */
export function typeOf(value: Json): JsonTypeName {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "object" : (typeof value as "string" | "boolean");
}

/** Whether a value is of one of the types; a whole number is a `number` as well. */
export function isOf(value: Json, types: readonly JsonTypeName[]): boolean {
  const type = typeOf(value);
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function typesOf(schemas: readonly JsonSchemaObject[], nots: readonly JsonSchemaObject[]): readonly JsonTypeName[] {
  let types: readonly JsonTypeName[] = ALL_TYPES;
  for (const { type } of schemas) {
    if (type === undefined) continue;
    const said: readonly JsonTypeName[] = typeof type === "string" ? [type] : type;
    types = types.filter((each) => said.includes(each) || (each === "integer" && said.includes("number")));
  }
  for (const not of nots) {
    if (not.type === undefined || !saysOnly(not, ["type"])) continue;
    const unsaid: readonly JsonTypeName[] = typeof not.type === "string" ? [not.type] : not.type;
    types = types.filter((each) => !unsaid.includes(each) && !(each === "integer" && unsaid.includes("number")));
  }
  return types.includes("number") ? types.filter((each) => each !== "integer") : types;
}

/** Without `type`, keywords tell what is meant; a schema that says nothing gets a text. */
function impliedTypes(schemas: readonly JsonSchemaObject[], allowed: readonly JsonTypeName[]): readonly JsonTypeName[] {
  const implied = new Set(schemas.flatMap((schema) => Object.keys(schema).flatMap((key) => TYPE_OF_KEYWORD[key] ?? [])));
  const fitting = allowed.filter((type) => implied.has(type));
  if (fitting.length > 0) return fitting;
  return allowed.includes("string") ? ["string"] : allowed;
}

function valuesOf(schemas: readonly JsonSchemaObject[], nots: readonly JsonSchemaObject[]): readonly Json[] | undefined {
  const lists = schemas.flatMap((schema) => [
    ...(schema.const === undefined ? [] : [[schema.const]]),
    ...(schema.enum === undefined ? [] : [schema.enum]),
  ]);
  const [first, ...others] = lists;
  if (first === undefined) return undefined;
  const listing = nots.filter((not) => saysOnly(not, ["type", "enum", "const"]));
  const excluded = new Set(
    listing.flatMap((not) => [...(not.const === undefined ? [] : [not.const]), ...(not.enum ?? [])]).map(canonical),
  );
  const sets = others.map((list) => new Set(list.map(canonical)));
  return first.filter((value) => {
    const text = canonical(value);
    return !excluded.has(text) && sets.every((set) => set.has(text));
  });
}

function samplesOf(schema: JsonSchemaObject): readonly Json[] {
  const sample = schema["x-sample"];
  const { examples, default: preset } = schema;
  const isTelling = preset !== undefined && preset !== null && preset !== "" && !isEmpty(preset);
  return [
    ...(sample === undefined ? [] : [sample]),
    ...(Array.isArray(examples) ? examples : []),
    ...(isTelling ? [preset] : []),
  ];
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isOnlyRequired(schema: JsonSchemaObject): boolean {
  return schema.required?.length === 1 && saysOnly(schema, ["required", "type"]);
}

/** Keywords that ask nothing of a value. */
const NOTES: readonly string[] = [
  "title",
  "description",
  "examples",
  "default",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$comment",
];

/** Whether a schema asks nothing but what these keywords ask. */
function saysOnly(schema: JsonSchemaObject, keywords: readonly string[]): boolean {
  return Object.keys(schema).every((key) => keywords.includes(key) || NOTES.includes(key) || key.startsWith("x-"));
}

function resolved(schema: JsonSchemaObject, root: JsonSchema): JsonSchemaObject {
  if (schema.$ref === undefined) return schema;
  const target = targetOf(schema.$ref, root);
  return typeof target === "object" ? target : schema;
}
