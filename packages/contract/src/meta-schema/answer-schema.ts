import type { JsonSchemaObject } from "../json.ts";
import { POINTER, TEXT } from "./parts.ts";

const STATUS = {
  anyOf: [
    { type: "integer", minimum: 100, maximum: 599 },
    { type: "string", enum: ["1xx", "2xx", "3xx", "4xx", "5xx"] },
  ],
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
  },
} as const satisfies JsonSchemaObject;

const MAX_PAGES = { type: "integer", minimum: 1 } as const satisfies JsonSchemaObject;
const SIZE = { type: "integer", minimum: 1 } as const satisfies JsonSchemaObject;

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
        param: TEXT,
        in: { enum: ["query", "body"] },
        maxPages: MAX_PAGES,
      },
    },
    {
      type: "object",
      required: ["kind", "param"],
      additionalProperties: false,
      properties: {
        kind: { const: "page" },
        param: TEXT,
        first: { type: "integer", minimum: 0 },
        sizeParam: TEXT,
        size: SIZE,
        maxPages: MAX_PAGES,
      },
    },
    {
      type: "object",
      required: ["kind", "param"],
      additionalProperties: false,
      properties: { kind: { const: "offset" }, param: TEXT, sizeParam: TEXT, size: SIZE, maxPages: MAX_PAGES },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "link" }, maxPages: MAX_PAGES },
    },
    {
      type: "object",
      required: ["kind", "url"],
      additionalProperties: false,
      properties: { kind: { const: "nextUrl" }, url: TEXT, maxPages: MAX_PAGES },
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

/** How long an answer may be reused. */
export const CACHE_SCHEMA = {
  type: "object",
  required: ["ttlMs"],
  additionalProperties: false,
  properties: { ttlMs: { type: "integer", minimum: 1 }, maxEntries: { type: "integer", minimum: 1 } },
} as const satisfies JsonSchemaObject;
