import type { JsonSchemaObject } from "../json.ts";

/** Text that is not empty. */
export const TEXT = { type: "string", minLength: 1 } as const satisfies JsonSchemaObject;

/** Names of operations and budgets, which expressions and paths hold. */
export const CAMEL_NAME = {
  pattern: "^[a-z][A-Za-z0-9]*$",
  "x-help": "a name of letters and digits that starts with a small letter, such as createContact",
} as const satisfies JsonSchemaObject;

/** Names of connectors. */
export const KEBAB_NAME = {
  pattern: "^[a-z][a-z0-9-]*$",
  "x-help": "a name of small letters, digits and hyphens that starts with a letter, such as acme-crm",
} as const satisfies JsonSchemaObject;

/** A JSON pointer (RFC 6901). */
export const POINTER = { type: "string", format: "json-pointer" } as const satisfies JsonSchemaObject;

/** A JSON Schema; its inside is checked by itself. */
export const SCHEMA = { type: "object", title: "a JSON Schema" } as const satisfies JsonSchemaObject;

/** A value that may be computed; its inside is checked by itself. */
export const VALUE = {} as const satisfies JsonSchemaObject;

/** `{"$cel": "…"}`. */
export const CEL = {
  type: "object",
  title: 'an expression such as {"$cel": "settings.rate"}',
  required: ["$cel"],
  additionalProperties: false,
  properties: { $cel: TEXT },
} as const satisfies JsonSchemaObject;

/** A length of time in ms, above zero, a day at most. */
export const LIMIT_MS = { type: "integer", minimum: 1, maximum: 86_400_000 } as const satisfies JsonSchemaObject;

/** A call of another operation of the connector. */
export const FOLLOW_UP_SCHEMA = {
  type: "object",
  required: ["operation", "with"],
  additionalProperties: false,
  properties: { operation: TEXT, with: VALUE },
} as const satisfies JsonSchemaObject;

/** A call of a read that finds out whether a write took effect. */
export const PROBE_SCHEMA = {
  type: "object",
  required: ["operation", "with"],
  additionalProperties: false,
  properties: { operation: TEXT, with: VALUE, item: VALUE, after: TEXT },
} as const satisfies JsonSchemaObject;

/** A calendar date (ISO 8601). */
export const DATE = { type: "string", format: "date" } as const satisfies JsonSchemaObject;

/** A semantic version 2.0.0. */
export const SEMVER = {
  type: "string",
  pattern:
    "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",
  "x-help": "a semantic version such as 1.2.0",
} as const satisfies JsonSchemaObject;
