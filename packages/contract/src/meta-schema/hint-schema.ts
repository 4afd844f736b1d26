import type { JsonSchemaObject } from "../json.ts";
import { POINTER, TEXT, VALUE } from "./parts.ts";

const CACHE_MS = { type: "integer", minimum: 0 } as const satisfies JsonSchemaObject;

/** What Mortise's own keywords of a JSON Schema (`x-…`) take. */
export const HINT_SCHEMA = {
  type: "object",
  properties: {
    "x-secret": { type: "boolean" },
    "x-data-class": { enum: ["public", "internal", "personal", "special", "payment", "credential", "unknown"] },
    "x-help": { type: "string" },
    "x-placeholder": { type: "string" },
    "x-order": { type: "number" },
    "x-widget": { enum: ["text", "textarea", "code", "select", "switch", "file", "sql", "hidden", "json"] },
    "x-advanced": { type: "boolean" },
    "x-steers": { type: "boolean" },
    "x-options": {
      type: "object",
      required: ["operation", "value", "label"],
      additionalProperties: false,
      properties: {
        operation: TEXT,
        with: VALUE,
        value: POINTER,
        label: POINTER,
        searchable: { type: "boolean" },
        cacheMs: CACHE_MS,
      },
    },
    "x-fields": {
      type: "object",
      required: ["operation", "schema"],
      additionalProperties: false,
      properties: { operation: TEXT, with: VALUE, schema: VALUE, cacheMs: CACHE_MS },
    },
    "x-no-options": TEXT,
  },
} as const satisfies JsonSchemaObject;
