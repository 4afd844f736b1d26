import type { JsonSchemaObject } from "../json.ts";
import { NATIVE_SCHEMA } from "./body-schema.ts";
import { EXAMPLE_SCHEMA } from "./example-schema.ts";
import { FOLLOW_UP_SCHEMA, POINTER, SCHEMA, TEXT, VALUE } from "./parts.ts";
import { LIFECYCLE_SCHEMA } from "./release-schema.ts";

const COMMON = {
  title: TEXT,
  description: TEXT,
  scopes: { type: "array", items: TEXT, uniqueItems: true },
  input: SCHEMA,
  output: SCHEMA,
  identity: { type: "array", items: POINTER, uniqueItems: true },
  lifecycle: LIFECYCLE_SCHEMA,
  deprecated: TEXT,
  examples: { type: "array", items: EXAMPLE_SCHEMA },
} as const satisfies Record<string, JsonSchemaObject>;

/** How a delivery proves where it is from. */
export const SIGNATURE_SCHEMA = {
  type: "object",
  required: ["algorithm", "header", "encoding"],
  additionalProperties: false,
  properties: {
    algorithm: { enum: ["hmac-sha256", "hmac-sha1", "hmac-sha512", "ed25519", "token"] },
    header: TEXT,
    encoding: { enum: ["hex", "base64", "base64url", "text"] },
    prefix: TEXT,
    content: TEXT,
    secret: {
      type: "object",
      required: ["encoding"],
      additionalProperties: false,
      properties: { encoding: { enum: ["text", "hex", "base64"] }, prefix: TEXT },
    },
    timestamp: {
      type: "object",
      required: ["header", "as"],
      additionalProperties: false,
      properties: { header: TEXT, as: { enum: ["epoch_s", "epoch_ms", "date_time"] }, prefix: TEXT },
    },
    idHeader: TEXT,
    tolerance: TEXT,
  },
} as const satisfies JsonSchemaObject;

/** One typed source of events; told apart by `kind`. */
export const TRIGGER_SCHEMA = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: [
    {
      type: "object",
      required: ["kind", "title", "scopes", "input", "output", "identity", "examples", "source", "firstRun"],
      additionalProperties: false,
      properties: {
        kind: { const: "poll" },
        ...COMMON,
        source: FOLLOW_UP_SCHEMA,
        every: TEXT,
        firstRun: { enum: ["skip", "latest", "all"] },
        event: VALUE,
      },
    },
    {
      type: "object",
      required: ["kind", "title", "scopes", "input", "output", "identity", "examples", "native"],
      additionalProperties: false,
      properties: { kind: { const: "stream" }, ...COMMON, native: NATIVE_SCHEMA },
    },
    {
      type: "object",
      required: ["kind", "title", "scopes", "input", "output", "identity", "examples", "signature"],
      additionalProperties: false,
      properties: {
        kind: { const: "webhook" },
        ...COMMON,
        subscribe: FOLLOW_UP_SCHEMA,
        unsubscribe: FOLLOW_UP_SCHEMA,
        manual: TEXT,
        renew: {
          type: "object",
          required: ["operation", "with", "ttl"],
          additionalProperties: false,
          properties: { operation: TEXT, with: VALUE, ttl: TEXT },
        },
        signature: {
          anyOf: [
            SIGNATURE_SCHEMA,
            {
              type: "object",
              title: "the reason why there is none",
              required: ["none"],
              additionalProperties: false,
              properties: { none: TEXT },
            },
          ],
        },
        when: TEXT,
        event: VALUE,
        challenge: {
          type: "object",
          required: ["when", "body"],
          additionalProperties: false,
          properties: { when: TEXT, body: VALUE, contentType: TEXT },
        },
      },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };
