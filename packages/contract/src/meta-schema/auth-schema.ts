import type { JsonSchemaObject } from "../json.ts";
import { POINTER, SCHEMA, TEXT, VALUE } from "./parts.ts";

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
  revoke: {
    anyOf: [
      {
        type: "object",
        required: ["operation"],
        additionalProperties: false,
        properties: { operation: TEXT, input: { type: "object" } },
      },
      { type: "object", required: ["none"], additionalProperties: false, properties: { none: TEXT } },
    ],
  },
  label: VALUE,
} as const satisfies Record<string, JsonSchemaObject>;

const TEXTS = { type: "object", additionalProperties: { type: "string" } } as const satisfies JsonSchemaObject;

/** One way to prove who a connection is; told apart by `kind`. */
const SINGLE_SCHEMA = {
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
        in: { enum: ["header", "query", "cookie", "body"] },
        name: TEXT,
        prefix: TEXT,
        field: TEXT,
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
      required: ["kind", "grant"],
      additionalProperties: false,
      properties: {
        kind: { const: "oauth2" },
        grant: { enum: ["authorization_code", "client_credentials", "password", "implicit", "device_code"] },
        authorizeUrl: TEXT,
        tokenUrl: TEXT,
        refreshUrl: TEXT,
        pkce: { enum: ["S256", "plain", "off"] },
        pkceReason: TEXT,
        scopes: TEXTS,
        requiredScopes: { type: "array", items: TEXT, uniqueItems: true },
        scopeSeparator: TEXT,
        clientAuth: { enum: ["basic", "body", "none"] },
        tokenBody: { enum: ["form", "json"] },
        tokenHeaders: TEXTS,
        authorizeParams: TEXTS,
        tokenParams: TEXTS,
        refreshParams: TEXTS,
        accessToken: POINTER,
        refreshToken: POINTER,
        expiry: {
          type: "object",
          required: ["from"],
          additionalProperties: false,
          properties: { from: { enum: ["expires_in", "expires_at", "fixed", "never"] }, unit: { enum: ["s", "ms"] }, ttl: TEXT },
        },
        margin: TEXT,
        rotation: { enum: ["single_use", "reusable", "unknown"] },
        apply: {
          type: "object",
          required: ["in", "name"],
          additionalProperties: false,
          properties: { in: { enum: ["header", "query", "body"] }, name: TEXT, prefix: TEXT },
        },
        ...COMMON,
      },
    },
    {
      type: "object",
      required: ["kind", "fields", "login", "token", "apply"],
      additionalProperties: false,
      properties: {
        kind: { const: "session" },
        fields: SCHEMA,
        login: {
          type: "object",
          required: ["method", "url"],
          additionalProperties: false,
          properties: {
            method: { enum: ["POST", "GET"] },
            url: TEXT,
            headers: VALUE,
            body: VALUE,
            bodyType: { enum: ["json", "form"] },
          },
        },
        token: {
          anyOf: [
            { type: "object", required: ["body"], additionalProperties: false, properties: { body: POINTER } },
            { type: "object", required: ["header"], additionalProperties: false, properties: { header: TEXT } },
          ],
        },
        ttl: TEXT,
        apply: {
          type: "object",
          required: ["in", "name"],
          additionalProperties: false,
          properties: { in: { enum: ["header", "query", "cookie"] }, name: TEXT, prefix: TEXT },
        },
        ...COMMON,
      },
    },
    {
      type: "object",
      required: ["kind", "fields"],
      additionalProperties: false,
      properties: { kind: { const: "fields" }, fields: SCHEMA, ...COMMON },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };

/** How a connection proves who it is: one way, or several at once. */
export const AUTH_SCHEMA = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: [
    ...SINGLE_SCHEMA.oneOf,
    {
      type: "object",
      required: ["kind", "of"],
      additionalProperties: false,
      properties: {
        kind: { const: "all" },
        of: {
          type: "array",
          minItems: 2,
          items: SINGLE_SCHEMA,
        },
        ...COMMON,
      },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };
