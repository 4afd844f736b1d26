import type { JsonSchemaObject } from "../json.ts";
import {
  AUTH_COMMON,
  JWT_ASSERTION_SCHEMA,
  KEPT_VALUE_SCHEMA,
  PLACEMENT_SCHEMA,
  REQUEST_SIGNATURE_KEYS,
  TOKEN_STEP_SCHEMA,
} from "./auth-parts.ts";
import { OAUTH2_SCHEMA } from "./oauth2-schema.ts";
import { POINTER, SCHEMA, TEXT, VALUE } from "./parts.ts";

const KEEP = { type: "array", minItems: 1, items: KEPT_VALUE_SCHEMA } as const satisfies JsonSchemaObject;

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
      properties: { kind: { const: "none" }, ...AUTH_COMMON },
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
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "basic" }, ...AUTH_COMMON },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "bearer" }, ...AUTH_COMMON },
    },
    OAUTH2_SCHEMA,
    {
      type: "object",
      required: ["kind", "fields", "login", "token", "apply"],
      additionalProperties: false,
      properties: {
        kind: { const: "session" },
        fields: SCHEMA,
        steps: { type: "array", minItems: 1, items: TOKEN_STEP_SCHEMA },
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
        keep: KEEP,
        apply: {
          type: "object",
          required: ["in", "name"],
          additionalProperties: false,
          properties: { in: { enum: ["header", "query", "cookie"] }, name: TEXT, prefix: TEXT },
        },
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "digest" }, ...AUTH_COMMON },
    },
    {
      type: "object",
      required: ["kind", "signature"],
      additionalProperties: false,
      properties: {
        kind: { const: "oauth1" },
        signature: { enum: ["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"] },
        in: { enum: ["header", "query", "body"] },
        realm: TEXT,
        requestTokenUrl: TEXT,
        authorizeUrl: TEXT,
        accessTokenUrl: TEXT,
        keep: KEEP,
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind", "fields", "assertion"],
      additionalProperties: false,
      properties: {
        kind: { const: "jwt" },
        fields: SCHEMA,
        assertion: JWT_ASSERTION_SCHEMA,
        apply: PLACEMENT_SCHEMA,
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind", "service", "region"],
      additionalProperties: false,
      properties: {
        kind: { const: "awsSigV4" },
        service: TEXT,
        region: TEXT,
        doubleEncode: { type: "boolean" },
        unsignedPayload: { type: "boolean" },
        assumeRole: {
          type: "object",
          additionalProperties: false,
          properties: { url: TEXT, lifetime: TEXT },
        },
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind"],
      additionalProperties: false,
      properties: { kind: { const: "mtls" }, ...AUTH_COMMON },
    },
    {
      type: "object",
      required: ["kind", "fields", "algorithm", "stringToSign", "apply"],
      additionalProperties: false,
      properties: { kind: { const: "signature" }, fields: SCHEMA, ...REQUEST_SIGNATURE_KEYS, ...AUTH_COMMON },
    },
    {
      type: "object",
      required: ["kind", "fields", "assertion", "exchange"],
      additionalProperties: false,
      properties: {
        kind: { const: "appInstall" },
        fields: SCHEMA,
        installUrl: TEXT,
        keep: KEEP,
        assertion: JWT_ASSERTION_SCHEMA,
        exchange: TOKEN_STEP_SCHEMA,
        apply: PLACEMENT_SCHEMA,
        ...AUTH_COMMON,
      },
    },
    {
      type: "object",
      required: ["kind", "fields", "code"],
      additionalProperties: false,
      properties: { kind: { const: "custom" }, fields: SCHEMA, code: TEXT, ...AUTH_COMMON },
    },
    {
      type: "object",
      required: ["kind", "fields"],
      additionalProperties: false,
      properties: { kind: { const: "fields" }, fields: SCHEMA, ...AUTH_COMMON },
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
        ...AUTH_COMMON,
      },
    },
  ],
} as const satisfies JsonSchemaObject & { readonly discriminator: object };
