import type { JsonSchemaObject } from "../json.ts";
import {
  AUTH_COMMON,
  JWT_ASSERTION_SCHEMA,
  KEPT_VALUE_SCHEMA,
  PLACEMENT_SCHEMA,
  REQUEST_SIGNATURE_SCHEMA,
  TEXTS,
  TOKEN_STEP_SCHEMA,
} from "./auth-parts.ts";
import { POINTER, TEXT, VALUE } from "./parts.ts";
import { SIGNATURE_SCHEMA } from "./trigger-schema.ts";

const SCOPES = { type: "array", items: TEXT, uniqueItems: true } as const satisfies JsonSchemaObject;
const STEPS = { type: "array", minItems: 1, items: TOKEN_STEP_SCHEMA } as const satisfies JsonSchemaObject;
const RENAMES = { type: "object", additionalProperties: { type: ["string", "null"] } } as const satisfies JsonSchemaObject;

/** Where the end of a token's life is found. */
export const TOKEN_EXPIRY_SCHEMA = {
  type: "object",
  required: ["from"],
  additionalProperties: false,
  properties: {
    from: { enum: ["expires_in", "expires_at", "jwt_exp", "introspect", "fixed", "never"] },
    unit: { enum: ["s", "ms"] },
    at: POINTER,
    ttl: TEXT,
    refreshAt: POINTER,
    refreshTtl: TEXT,
    idle: TEXT,
  },
} as const satisfies JsonSchemaObject;

/** A SAML 2.0 assertion, given or made. */
const SAML_ASSERTION_SCHEMA = {
  anyOf: [
    { type: "object", required: ["value"], additionalProperties: false, properties: { value: VALUE } },
    {
      type: "object",
      required: ["issuer", "subject", "audience"],
      additionalProperties: false,
      properties: { issuer: VALUE, subject: VALUE, audience: VALUE, recipient: VALUE, lifetime: TEXT },
    },
  ],
} as const satisfies JsonSchemaObject;

/** OAuth 2.0 and what vendors make of it. */
export const OAUTH2_SCHEMA = {
  type: "object",
  required: ["kind", "grant"],
  additionalProperties: false,
  properties: {
    kind: { const: "oauth2" },
    grant: {
      enum: [
        "authorization_code",
        "client_credentials",
        "password",
        "implicit",
        "device_code",
        "jwt_bearer",
        "saml2_bearer",
        "token_exchange",
        "vendor",
      ],
    },
    grantType: TEXT,
    issuer: TEXT,
    authorizeUrl: TEXT,
    tokenUrl: TEXT,
    refreshUrl: TEXT,
    deviceUrl: TEXT,
    revokeUrl: TEXT,
    introspectUrl: TEXT,
    registrationUrl: TEXT,
    pkce: { enum: ["S256", "plain", "off"] },
    pkceReason: TEXT,
    scopes: TEXTS,
    requiredScopes: SCOPES,
    defaultScopes: SCOPES,
    scopeSeparator: TEXT,
    grantedScopes: { enum: ["response", "assume"] },
    clientAuth: {
      enum: [
        "basic",
        "body",
        "none",
        "basic_secret_only",
        "client_secret_jwt",
        "private_key_jwt",
        "tls_client_auth",
        "self_signed_tls_client_auth",
      ],
    },
    clientAssertion: {
      type: "object",
      additionalProperties: false,
      properties: JWT_ASSERTION_SCHEMA.properties,
    },
    registration: { enum: ["static", "dynamic", "metadata_document"] },
    ownClient: { type: "boolean" },
    tokenMethod: { enum: ["POST", "GET"] },
    tokenBody: { enum: ["form", "json", "query", "xml"] },
    tokenHeaders: TEXTS,
    authorizeParams: TEXTS,
    tokenParams: TEXTS,
    refreshParams: TEXTS,
    rename: {
      type: "object",
      additionalProperties: false,
      properties: { authorize: RENAMES, token: RENAMES },
    },
    authorizeFragment: { type: "boolean" },
    omitEmpty: { type: "boolean" },
    noEncode: { type: "array", items: TEXT, uniqueItems: true },
    codeParam: TEXT,
    codeFrom: {
      type: "object",
      required: ["webhook"],
      additionalProperties: false,
      properties: {
        webhook: {
          type: "object",
          required: ["code"],
          additionalProperties: false,
          properties: { code: POINTER, state: POINTER, signature: SIGNATURE_SCHEMA },
        },
      },
    },
    keep: { type: "array", minItems: 1, items: KEPT_VALUE_SCHEMA },
    accessToken: POINTER,
    refreshToken: POINTER,
    expiry: TOKEN_EXPIRY_SCHEMA,
    margin: TEXT,
    rotation: { enum: ["single_use", "reusable", "unknown"] },
    grace: TEXT,
    refreshMode: { enum: ["token", "reissue", "exchange", "none"] },
    terminalErrors: { type: "array", items: TEXT, uniqueItems: true },
    assertion: JWT_ASSERTION_SCHEMA,
    samlAssertion: SAML_ASSERTION_SCHEMA,
    exchange: { type: "object", additionalProperties: VALUE },
    steps: STEPS,
    afterToken: STEPS,
    second: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["accessToken"],
        additionalProperties: false,
        properties: { accessToken: POINTER, refreshToken: POINTER, apply: PLACEMENT_SCHEMA },
      },
    },
    signTokenRequest: REQUEST_SIGNATURE_SCHEMA,
    dpop: { type: "boolean" },
    certificateBound: { type: "boolean" },
    apply: PLACEMENT_SCHEMA,
    ...AUTH_COMMON,
  },
} as const satisfies JsonSchemaObject;
