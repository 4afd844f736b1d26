import type { JsonSchemaObject } from "../json.ts";
import { POINTER, TEXT, VALUE } from "./parts.ts";

const STATUS = {
  anyOf: [
    { type: "integer", minimum: 100, maximum: 599 },
    { type: "string", enum: ["1xx", "2xx", "3xx", "4xx", "5xx"] },
  ],
} as const satisfies JsonSchemaObject;

/** Where an answer tells a point in time or a span. */
export const INSTANT_SCHEMA = {
  type: "object",
  required: ["as"],
  additionalProperties: false,
  properties: {
    header: TEXT,
    body: POINTER,
    pattern: TEXT,
    as: { enum: ["epoch_s", "epoch_ms", "delta_s", "delta_ms", "http_date", "date_time", "duration", "auto"] },
  },
} as const satisfies JsonSchemaObject;

/** One row of an outcome table. */
export const OUTCOME_SCHEMA = {
  type: "object",
  required: ["when", "as"],
  additionalProperties: false,
  properties: {
    when: {
      type: "object",
      minProperties: 1,
      additionalProperties: false,
      properties: {
        status: { anyOf: [...STATUS.anyOf, { type: "array", minItems: 1, items: STATUS }] },
        code: { anyOf: [TEXT, { type: "array", minItems: 1, items: TEXT }] },
        headers: { type: "object", minProperties: 1, additionalProperties: { type: "string" } },
        cel: TEXT,
      },
    },
    as: {
      enum: [
        "success",
        "invalidInput",
        "notFound",
        "conflict",
        "rejected",
        "throttled",
        "transient",
        "credential",
        "configuration",
      ],
    },
    message: TEXT,
    messageFrom: POINTER,
    output: VALUE,
    retryAfter: INSTANT_SCHEMA,
  },
} as const satisfies JsonSchemaObject;

/** Results of single items inside of one answer. */
export const ITEM_OUTCOMES_SCHEMA = {
  type: "object",
  required: ["items", "rules"],
  additionalProperties: false,
  properties: { items: POINTER, rules: { type: "array", minItems: 1, items: OUTCOME_SCHEMA } },
} as const satisfies JsonSchemaObject;

/** How long to wait between attempts. */
export const RETRY_SCHEMA = {
  type: "object",
  required: ["backoff", "initial"],
  additionalProperties: false,
  properties: {
    backoff: { enum: ["constant", "exponential"] },
    initial: TEXT,
    factor: { type: "number", minimum: 1, maximum: 100 },
    max: TEXT,
    jitter: { type: "boolean" },
  },
} as const satisfies JsonSchemaObject;

/** How long an answer may be reused. */
export const CACHE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    ttlMs: { type: "integer", minimum: 1 },
    maxEntries: { type: "integer", minimum: 1 },
    staleIfErrorMs: { type: "integer", minimum: 1, maximum: 604_800_000 },
  },
} as const satisfies JsonSchemaObject;
