import type { JsonSchemaObject } from "../json.ts";
import { CACHE_SCHEMA, OUTCOME_SCHEMA, PAGINATION_SCHEMA, STREAM_SCHEMA } from "./answer-schema.ts";
import { CODE_SCHEMA, NATIVE_SCHEMA, REQUEST_SCHEMA } from "./body-schema.ts";
import { LIMIT_MS, POINTER, SCHEMA, TEXT, VALUE } from "./parts.ts";

/** The key that makes a repeat safe. */
export const IDEMPOTENCY_KEY_SCHEMA = {
  type: "object",
  title: 'a key such as {"key": "header", "name": "Idempotency-Key"}',
  required: ["key"],
  additionalProperties: false,
  properties: {
    key: { enum: ["header", "query", "body", "native"] },
    name: VALUE,
    windowMs: { type: "integer", minimum: 1 },
  },
} as const satisfies JsonSchemaObject;

/** A call of another operation of the connector. */
export const FOLLOW_UP_SCHEMA = {
  type: "object",
  required: ["operation", "with"],
  additionalProperties: false,
  properties: { operation: TEXT, with: VALUE },
} as const satisfies JsonSchemaObject;

/** An input with the output that it gives. */
export const EXAMPLE_SCHEMA = {
  type: "object",
  required: ["input"],
  additionalProperties: false,
  properties: { title: TEXT, input: { type: "object" }, output: {} },
} as const satisfies JsonSchemaObject;

/** One typed call. */
export const OPERATION_SCHEMA = {
  type: "object",
  required: ["title", "effect", "idempotency", "scopes", "input", "output", "identity", "outcomes", "examples"],
  additionalProperties: false,
  properties: {
    title: TEXT,
    description: TEXT,
    effect: { enum: ["read", "create", "update", "delete", "send", "execute"] },
    idempotency: { anyOf: [{ type: "string", enum: ["natural", "none"] }, IDEMPOTENCY_KEY_SCHEMA] },
    scopes: { type: "array", items: TEXT, uniqueItems: true },
    budget: TEXT,
    input: SCHEMA,
    output: SCHEMA,
    identity: { type: "array", items: POINTER, uniqueItems: true },
    request: REQUEST_SCHEMA,
    code: CODE_SCHEMA,
    native: NATIVE_SCHEMA,
    outcomes: { type: "array", items: OUTCOME_SCHEMA },
    pagination: PAGINATION_SCHEMA,
    stream: STREAM_SCHEMA,
    cache: CACHE_SCHEMA,
    attemptTimeoutMs: LIMIT_MS,
    operationTimeoutMs: LIMIT_MS,
    maxAttempts: { type: "integer", minimum: 1, maximum: 3 },
    compensate: FOLLOW_UP_SCHEMA,
    probe: FOLLOW_UP_SCHEMA,
    deprecated: TEXT,
    examples: { type: "array", items: EXAMPLE_SCHEMA },
  },
} as const satisfies JsonSchemaObject;
