import type { JsonSchemaObject } from "../json.ts";
import { SCHEMA, TEXT } from "./parts.ts";

const COMMON = {
  title: TEXT,
  test: {
    type: "object",
    required: ["operation"],
    additionalProperties: false,
    properties: { operation: TEXT, input: { type: "object" } },
  },
  help: TEXT,
  requires: { type: "array", items: TEXT, minItems: 1, uniqueItems: true },
} as const satisfies Record<string, JsonSchemaObject>;

/** How a connection proves who it is; told apart by `kind`. */
export const AUTH_SCHEMA = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: [
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "none" }, ...COMMON },
    },
    {
      type: "object",
      required: ["kind", "in", "name"],
      additionalProperties: false,
      properties: {
        kind: { const: "apiKey" },
        in: { enum: ["header", "query", "cookie"] },
        name: TEXT,
        prefix: TEXT,
        ...COMMON,
      },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "basic" }, ...COMMON },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "bearer" }, ...COMMON },
    },
    {
      type: "object",
      required: ["kind", "fields"],
      additionalProperties: false,
      properties: { kind: { const: "fields" }, fields: SCHEMA, ...COMMON },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };
