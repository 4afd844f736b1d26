/** Keywords whose value is one schema. */
export const ONE_SCHEMA = Object.freeze([
  "items",
  "additionalProperties",
  "propertyNames",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
] as const);

/** Keywords whose value is a list of schemas. */
export const SCHEMA_LIST = Object.freeze(["prefixItems", "anyOf", "oneOf", "allOf"] as const);

/** Keywords whose value is an object of schemas. */
export const SCHEMA_MAP = Object.freeze(["properties", "patternProperties", "$defs", "dependentSchemas"] as const);

/** Keywords that hold no schema. */
const PLAIN = Object.freeze([
  "$schema",
  "$id",
  "$ref",
  "$anchor",
  "$comment",
  "type",
  "title",
  "description",
  "default",
  "examples",
  "enum",
  "const",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "required",
  "dependentRequired",
  "minProperties",
  "maxProperties",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minContains",
  "maxContains",
  "readOnly",
  "writeOnly",
  "deprecated",
  "contentEncoding",
  "contentMediaType",
  "x-secret",
  "x-data-class",
  "x-help",
  "x-placeholder",
  "x-order",
  "x-widget",
  "x-advanced",
  "x-steers",
  "x-sample",
  "x-options",
  "x-fields",
  "x-no-options",
] as const);

/** Every keyword of JSON Schema 2020-12 that a contract may use, and the hints that Mortise adds. */
export const SCHEMA_KEYWORDS = Object.freeze([...PLAIN, ...ONE_SCHEMA, ...SCHEMA_LIST, ...SCHEMA_MAP] as const);
