import type { JsonSchemaObject } from "../json.ts";
import { POINTER, TEXT, VALUE } from "./parts.ts";

/** Texts by name. */
export const TEXTS = { type: "object", additionalProperties: { type: "string" } } as const satisfies JsonSchemaObject;

/** A call of an operation of the connector beside the life of a connection. */
export const CONNECT_STEP_SCHEMA = {
  type: "object",
  required: ["operation"],
  additionalProperties: false,
  properties: { operation: TEXT, input: { type: "object" }, keep: { type: "object", additionalProperties: POINTER } },
} as const satisfies JsonSchemaObject;

/** Where something of a credential goes in a request. */
export const PLACEMENT_SCHEMA = {
  type: "object",
  required: ["in", "name"],
  additionalProperties: false,
  properties: { in: { enum: ["header", "query", "cookie", "body"] }, name: TEXT, prefix: TEXT, value: VALUE },
} as const satisfies JsonSchemaObject;

/** Something that connecting tells, kept as a setting. */
export const KEPT_VALUE_SCHEMA = {
  type: "object",
  required: ["setting", "from"],
  additionalProperties: false,
  properties: {
    setting: TEXT,
    from: {
      anyOf: [
        { type: "object", required: ["redirect"], additionalProperties: false, properties: { redirect: TEXT } },
        { type: "object", required: ["body"], additionalProperties: false, properties: { body: POINTER } },
        { type: "object", required: ["header"], additionalProperties: false, properties: { header: TEXT } },
      ],
    },
    required: { type: "boolean" },
  },
} as const satisfies JsonSchemaObject;

/** One request on the way to a token. */
export const TOKEN_STEP_SCHEMA = {
  type: "object",
  required: ["name", "method", "url", "keep"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[a-z][A-Za-z0-9]*$" },
    method: { enum: ["POST", "GET"] },
    url: TEXT,
    query: VALUE,
    headers: VALUE,
    body: VALUE,
    bodyType: { enum: ["json", "form"] },
    keep: {
      type: "object",
      additionalProperties: {
        anyOf: [
          { type: "object", required: ["body"], additionalProperties: false, properties: { body: POINTER } },
          { type: "object", required: ["header"], additionalProperties: false, properties: { header: TEXT } },
        ],
      },
    },
  },
} as const satisfies JsonSchemaObject;

/** How a JWT is made. */
export const JWT_ASSERTION_SCHEMA = {
  type: "object",
  required: ["alg", "claims"],
  additionalProperties: false,
  properties: {
    alg: {
      enum: ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
    },
    key: TEXT,
    keyEncoding: { enum: ["utf8", "hex", "base64"] },
    header: VALUE,
    claims: VALUE,
    lifetime: TEXT,
  },
} as const satisfies JsonSchemaObject;

/** Keys of a signature over a request. */
export const REQUEST_SIGNATURE_KEYS = {
  algorithm: {
    enum: [
      "hmac-sha1",
      "hmac-sha256",
      "hmac-sha512",
      "hmac-md5",
      "sha1",
      "sha256",
      "sha512",
      "md5",
      "rsa-sha256",
      "ecdsa-sha256",
      "ed25519",
    ],
  },
  key: TEXT,
  keyEncoding: { enum: ["utf8", "hex", "base64"] },
  stringToSign: VALUE,
  encoding: { enum: ["hex", "base64", "base64url"] },
  timestamp: { enum: ["s", "ms", "iso8601", "http_date"] },
  nonceBytes: { type: "integer", minimum: 4, maximum: 64 },
  apply: { type: "array", minItems: 1, items: PLACEMENT_SCHEMA },
} as const satisfies Record<string, JsonSchemaObject>;

/** A signature over a request. */
export const REQUEST_SIGNATURE_SCHEMA = {
  type: "object",
  required: ["algorithm", "stringToSign", "apply"],
  additionalProperties: false,
  properties: REQUEST_SIGNATURE_KEYS,
} as const satisfies JsonSchemaObject;

const OPERATION_CALL = {
  type: "object",
  required: ["operation"],
  additionalProperties: false,
  properties: { operation: TEXT, input: { type: "object" } },
} as const satisfies JsonSchemaObject;

/** What every way to sign in may say. */
export const AUTH_COMMON = {
  title: TEXT,
  test: OPERATION_CALL,
  help: TEXT,
  requires: { type: "array", items: TEXT, minItems: 1, uniqueItems: true },
  revoke: {
    anyOf: [OPERATION_CALL, { type: "object", required: ["none"], additionalProperties: false, properties: { none: TEXT } }],
  },
  label: VALUE,
  also: { type: "array", minItems: 1, items: PLACEMENT_SCHEMA },
  postConnect: { type: "array", minItems: 1, items: CONNECT_STEP_SCHEMA },
  preDelete: { type: "array", minItems: 1, items: CONNECT_STEP_SCHEMA },
} as const satisfies Record<string, JsonSchemaObject>;
