import type { JsonSchemaObject } from "../json.ts";
import { FOLLOW_UP_SCHEMA, POINTER, TEXT, VALUE } from "./parts.ts";

const SIZE = { type: "integer", minimum: 1 } as const satisfies JsonSchemaObject;
const BOUNDS = { maxPages: SIZE, maxItems: SIZE, more: POINTER, list: POINTER } as const satisfies Record<
  string,
  JsonSchemaObject
>;
const PLACE = { enum: ["query", "body", "headers", "path"] } as const satisfies JsonSchemaObject;
const FORM = {
  enum: ["date-time", "date", "epoch_s", "epoch_ms", "number", "text"],
} as const satisfies JsonSchemaObject;

/** How the next page is found; told apart by `kind`. */
export const PAGINATION_SCHEMA = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: [
    {
      type: "object",
      required: ["kind", "cursor", "param"],
      additionalProperties: false,
      properties: {
        kind: { const: "cursor" },
        cursor: TEXT,
        from: { enum: ["body", "header", "lastItem"] },
        param: TEXT,
        in: PLACE,
        sizeParam: TEXT,
        size: SIZE,
        ...BOUNDS,
      },
    },
    {
      type: "object",
      required: ["kind", "param"],
      additionalProperties: false,
      properties: {
        kind: { const: "page" },
        param: TEXT,
        in: PLACE,
        first: { type: "integer", minimum: 0 },
        sizeParam: TEXT,
        size: SIZE,
        total: POINTER,
        ...BOUNDS,
      },
    },
    {
      type: "object",
      required: ["kind", "param"],
      additionalProperties: false,
      properties: { kind: { const: "offset" }, param: TEXT, in: PLACE, sizeParam: TEXT, size: SIZE, total: POINTER, ...BOUNDS },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "link" }, ...BOUNDS },
    },
    {
      type: "object",
      required: ["kind", "url"],
      additionalProperties: false,
      properties: { kind: { const: "nextUrl" }, url: TEXT, ...BOUNDS },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };

/** Where the list of an output is. */
export const STREAM_SCHEMA = {
  type: "object",
  required: ["items", "resume"],
  additionalProperties: false,
  properties: { items: POINTER, resume: { enum: ["cursor", "none"] } },
} as const satisfies JsonSchemaObject;

/** Reading only what is new. */
export const INCREMENTAL_SCHEMA = {
  type: "object",
  required: ["cursor", "as"],
  additionalProperties: false,
  properties: {
    cursor: POINTER,
    as: FORM,
    param: TEXT,
    in: PLACE,
    format: FORM,
    start: VALUE,
    until: TEXT,
    window: TEXT,
    lookback: { anyOf: [TEXT, { type: "number", minimum: 0 }] },
    ascending: { type: "boolean" },
  },
} as const satisfies JsonSchemaObject;

/** One list per part. */
export const PARTITION_SCHEMA = {
  type: "object",
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: { over: VALUE, parent: FOLLOW_UP_SCHEMA },
} as const satisfies JsonSchemaObject;

/** A job that goes on at the vendor after the request. */
export const WAIT_SCHEMA = {
  type: "object",
  required: ["poll", "done", "every", "timeout"],
  additionalProperties: false,
  properties: {
    poll: FOLLOW_UP_SCHEMA,
    done: TEXT,
    failed: TEXT,
    messageFrom: POINTER,
    every: TEXT,
    factor: { type: "number", minimum: 1, maximum: 100 },
    max: TEXT,
    timeout: TEXT,
    fetch: FOLLOW_UP_SCHEMA,
    cancel: FOLLOW_UP_SCHEMA,
  },
} as const satisfies JsonSchemaObject;

/** Splits a long list over several calls. */
export const BATCH_SCHEMA = {
  type: "object",
  required: ["input", "max"],
  additionalProperties: false,
  properties: { input: POINTER, max: SIZE, output: POINTER },
} as const satisfies JsonSchemaObject;

/** Finds an item, and creates it where there is none. */
export const SEARCH_OR_CREATE_SCHEMA = {
  type: "object",
  required: ["search", "create"],
  additionalProperties: false,
  properties: {
    search: {
      type: "object",
      required: ["operation", "with", "item"],
      additionalProperties: false,
      properties: { operation: TEXT, with: VALUE, item: VALUE },
    },
    create: FOLLOW_UP_SCHEMA,
  },
} as const satisfies JsonSchemaObject;

/** Choices of a field: `x-options`. */
export const OPTION_SOURCE_SCHEMA = {
  type: "object",
  required: ["operation", "value", "label"],
  additionalProperties: false,
  properties: {
    operation: TEXT,
    with: VALUE,
    value: POINTER,
    label: POINTER,
    searchable: { type: "boolean" },
    cacheMs: { type: "integer", minimum: 0 },
  },
} as const satisfies JsonSchemaObject;

/** The shape of an object: `x-fields`. */
export const FIELD_SOURCE_SCHEMA = {
  type: "object",
  required: ["operation", "schema"],
  additionalProperties: false,
  properties: { operation: TEXT, with: VALUE, schema: VALUE, cacheMs: { type: "integer", minimum: 0 } },
} as const satisfies JsonSchemaObject;
