import type { Json, JsonObject, JsonSchemaObject } from "@mortise/contract";

/** Parts that a shape may have, and levels. */
const MAX_PARTS = 5_000;
const MAX_DEPTH = 12;
const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);

/**
 * Keywords that a shape from outside may use. No `pattern`: a regular expression of a stranger can take for ever. No `x-options`: an
 * answer cannot make operations run.
 */
const PLAIN = new Set([
  "type",
  "title",
  "description",
  "default",
  "examples",
  "enum",
  "const",
  "format",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "required",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "$ref",
  "deprecated",
  "readOnly",
  "x-help",
  "x-placeholder",
  "x-order",
  "x-widget",
  "x-advanced",
]);
const ONE = new Set(["items", "additionalProperties", "not"]);
const MANY = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const BY_NAME = new Set(["properties", "$defs"]);

/** A JSON Schema of plain keywords, from what a source says: a JSON Schema, or a list of fields. Undefined: it is neither. */
export function shapeOf(told: Json): JsonSchemaObject | undefined {
  if (isList(told)) return shapeOfList(told);
  if (!isRecord(told)) return undefined;
  const left = { parts: MAX_PARTS };
  const plain = plainSchema(told, left, 0);
  return left.parts > 0 && isRecord(plain) ? (plain as unknown as JsonSchemaObject) : undefined;
}

function plainSchema(schema: Json, left: { parts: number }, depth: number): Json {
  if (typeof schema === "boolean") return schema;
  if (!isRecord(schema) || depth > MAX_DEPTH || --left.parts < 0) return true;
  const inner = (each: Json): Json => plainSchema(each, left, depth + 1);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
      if (key === "$ref" && !(typeof value === "string" && value.startsWith("#/$defs/"))) return [];
      if (PLAIN.has(key)) return [[key, value]];
      if (ONE.has(key)) return [[key, inner(value)]];
      if (MANY.has(key) && isList(value)) return [[key, value.map(inner)]];
      if (BY_NAME.has(key) && isRecord(value))
        return [[key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inner(each)]))]];
      return [];
    }),
  );
}

/** `[{ key, title?, type?, format?, required?, options?, help? }]` as the schema of an object. */
function shapeOfList(fields: readonly Json[]): JsonSchemaObject | undefined {
  const known = fields.flatMap((field) => (isRecord(field) && typeof field.key === "string" && field.key !== "" ? [field] : []));
  if (known.length < fields.length || known.length > MAX_PARTS) return undefined;
  const properties = Object.fromEntries(known.map((field, index) => [String(field.key), fieldSchema(field, index)]));
  const required = known.flatMap(({ key, required: needed }) => (needed === true ? [String(key)] : []));
  return { type: "object", properties, ...(required.length === 0 ? {} : { required: [...new Set(required)] }) };
}

function fieldSchema({ title, type, format, options, help }: JsonObject, index: number): JsonSchemaObject {
  const choices = isList(options) && options.length > 0 ? choicesOf(options) : {};
  const fallback = Object.keys(choices).length === 0 ? { type: "string" as const } : {};
  return {
    ...(typeof type === "string" && TYPES.has(type) ? { type: type as "string" } : fallback),
    ...(typeof title === "string" && title !== "" ? { title } : {}),
    ...(typeof format === "string" && format !== "" ? { format } : {}),
    ...(typeof help === "string" && help !== "" ? { "x-help": help } : {}),
    ...choices,
    "x-order": index,
  };
}

/** Plain values, or `{ value, label }`. */
function choicesOf(options: readonly Json[]): JsonSchemaObject {
  const labelled = options.flatMap((option) => (isRecord(option) && option.value !== undefined ? [option] : []));
  if (labelled.length < options.length) return { enum: options };
  return {
    oneOf: labelled.map(({ value = null, label }) => ({
      const: value,
      title: typeof label === "string" ? label : String(value),
    })),
  };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !isList(value);
