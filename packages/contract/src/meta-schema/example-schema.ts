import type { JsonSchemaObject } from "../json.ts";
import { TEXT } from "./parts.ts";

/** An answer as a decoder leaves it. */
export const EXAMPLE_RESPONSE_SCHEMA = {
  type: "object",
  required: ["status"],
  additionalProperties: false,
  properties: {
    status: { type: "integer", minimum: 100, maximum: 599 },
    headers: { type: "object", additionalProperties: { type: "string" } },
    body: {},
  },
} as const satisfies JsonSchemaObject;

/** An input with the output that it gives. */
export const EXAMPLE_SCHEMA = {
  type: "object",
  required: ["input"],
  additionalProperties: false,
  properties: {
    title: TEXT,
    input: { type: "object" },
    output: {},
    settings: { type: "object" },
    response: EXAMPLE_RESPONSE_SCHEMA,
  },
} as const satisfies JsonSchemaObject;

/** What must not succeed. */
export const COUNTER_EXAMPLE_SCHEMA = {
  type: "object",
  required: ["input"],
  additionalProperties: false,
  properties: {
    title: TEXT,
    input: { type: "object" },
    settings: { type: "object" },
    response: EXAMPLE_RESPONSE_SCHEMA,
    outcome: {
      enum: ["invalidInput", "notFound", "conflict", "rejected", "throttled", "transient", "credential", "configuration"],
    },
  },
} as const satisfies JsonSchemaObject;
