import type { JsonSchemaObject } from "../json.ts";
import { CACHE_SCHEMA, ITEM_OUTCOMES_SCHEMA, OUTCOME_SCHEMA, RETRY_SCHEMA } from "./answer-schema.ts";
import { CODE_SCHEMA, NATIVE_SCHEMA, REQUEST_SCHEMA } from "./body-schema.ts";
import { COUNTER_EXAMPLE_SCHEMA, EXAMPLE_SCHEMA } from "./example-schema.ts";
import { FOLLOW_UP_SCHEMA, LIMIT_MS, POINTER, PROBE_SCHEMA, SCHEMA, TEXT, VALUE } from "./parts.ts";
import {
  BATCH_SCHEMA,
  INCREMENTAL_SCHEMA,
  PAGINATION_SCHEMA,
  PARTITION_SCHEMA,
  SEARCH_OR_CREATE_SCHEMA,
  STREAM_SCHEMA,
  WAIT_SCHEMA,
} from "./reading-schema.ts";
import { LIFECYCLE_SCHEMA } from "./release-schema.ts";

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

/** What the vendor promises, or what was measured. */
export const SERVICE_LEVEL_SCHEMA = {
  type: "object",
  minProperties: 1,
  additionalProperties: false,
  properties: {
    availability: { type: "number", minimum: 0, maximum: 1 },
    p50Ms: { type: "number", exclusiveMinimum: 0 },
    p99Ms: { type: "number", exclusiveMinimum: 0 },
    source: TEXT,
  },
} as const satisfies JsonSchemaObject;

/** A guess that a person must confirm or change. */
export const REVIEW_NOTE_SCHEMA = {
  type: "object",
  required: ["about", "message"],
  additionalProperties: false,
  properties: { about: TEXT, message: TEXT },
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
    reversible: { type: "boolean" },
    scopes: { type: "array", items: TEXT, uniqueItems: true },
    auth: { type: "array", items: TEXT, uniqueItems: true },
    budget: TEXT,
    cost: { type: "integer", minimum: 1 },
    input: SCHEMA,
    output: SCHEMA,
    identity: { type: "array", items: POINTER, uniqueItems: true },
    request: REQUEST_SCHEMA,
    searchOrCreate: SEARCH_OR_CREATE_SCHEMA,
    code: CODE_SCHEMA,
    native: NATIVE_SCHEMA,
    outcomes: { type: "array", items: OUTCOME_SCHEMA },
    itemOutcomes: ITEM_OUTCOMES_SCHEMA,
    pagination: PAGINATION_SCHEMA,
    stream: STREAM_SCHEMA,
    incremental: INCREMENTAL_SCHEMA,
    partition: PARTITION_SCHEMA,
    batch: BATCH_SCHEMA,
    wait: WAIT_SCHEMA,
    cache: CACHE_SCHEMA,
    hedge: { type: "boolean" },
    retry: RETRY_SCHEMA,
    attemptTimeoutMs: LIMIT_MS,
    operationTimeoutMs: LIMIT_MS,
    maxAttempts: { type: "integer", minimum: 1, maximum: 3 },
    compensate: FOLLOW_UP_SCHEMA,
    probe: PROBE_SCHEMA,
    serviceLevel: SERVICE_LEVEL_SCHEMA,
    lifecycle: LIFECYCLE_SCHEMA,
    deprecated: TEXT,
    review: { type: "array", items: REVIEW_NOTE_SCHEMA },
    examples: { type: "array", items: EXAMPLE_SCHEMA },
    counterExamples: { type: "array", items: COUNTER_EXAMPLE_SCHEMA },
  },
} as const satisfies JsonSchemaObject;
