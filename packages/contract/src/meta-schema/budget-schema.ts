import type { JsonSchemaObject } from "../json.ts";
import { INSTANT_SCHEMA } from "./answer-schema.ts";
import { CEL, TEXT } from "./parts.ts";

/** A named rate or concurrency limit. */
export const BUDGET_SCHEMA = {
  type: "object",
  required: ["scope"],
  additionalProperties: false,
  properties: {
    rate: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, CEL] },
    per: { anyOf: [TEXT, CEL] },
    concurrency: { anyOf: [{ type: "integer", minimum: 1 }, CEL] },
    scope: { enum: ["connection", "connector", "tenant"] },
    reset: INSTANT_SCHEMA,
    remaining: { type: "object", required: ["header"], additionalProperties: false, properties: { header: TEXT } },
    limit: { type: "object", required: ["header"], additionalProperties: false, properties: { header: TEXT } },
  },
} as const satisfies JsonSchemaObject;
