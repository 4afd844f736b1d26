import type { JsonSchemaObject } from "../json.ts";
import { CEL, TEXT, VALUE } from "./parts.ts";

const STYLE = {
  style: {
    enum: ["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"],
  },
  explode: { type: "boolean" },
  allowReserved: { type: "boolean" },
  contentType: TEXT,
} as const satisfies Record<string, JsonSchemaObject>;

/** How a parameter is written. */
export const PARAMETER_STYLE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: STYLE,
} as const satisfies JsonSchemaObject;

/** How a part of a body is written. */
export const PART_STYLE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: { ...STYLE, file: { type: "boolean" } },
} as const satisfies JsonSchemaObject;

/** The root of an XML body. */
export const XML_STYLE_SCHEMA = {
  type: "object",
  required: ["root"],
  additionalProperties: false,
  properties: { root: TEXT, namespace: TEXT, prefix: TEXT },
} as const satisfies JsonSchemaObject;

const DECODER = {
  title: "a decoder",
  anyOf: [
    { type: "string", enum: ["auto", "json", "jsonl", "csv", "xml", "text", "binary", "sse", "gzip", "zip", "none"] },
    {
      type: "object",
      required: ["csv"],
      additionalProperties: false,
      properties: {
        csv: {
          type: "object",
          additionalProperties: false,
          properties: { delimiter: TEXT, quote: TEXT, header: { type: "boolean" } },
        },
      },
    },
    {
      type: "object",
      required: ["xml"],
      additionalProperties: false,
      properties: {
        xml: { type: "object", additionalProperties: false, properties: { lists: { type: "array", items: TEXT } } },
      },
    },
    {
      type: "object",
      required: ["zip"],
      additionalProperties: false,
      properties: { zip: { type: "object", additionalProperties: false, properties: { entries: TEXT } } },
    },
    {
      type: "object",
      required: ["file"],
      additionalProperties: false,
      properties: {
        file: {
          type: "object",
          required: ["path"],
          additionalProperties: false,
          properties: { path: VALUE, maxBytes: { type: "integer", minimum: 1 } },
        },
      },
    },
  ],
} as const satisfies JsonSchemaObject;

const PARAMETER_STYLES = {
  type: "object",
  additionalProperties: PARAMETER_STYLE_SCHEMA,
} as const satisfies JsonSchemaObject;

/** A declarative HTTP request. */
export const REQUEST_SCHEMA = {
  type: "object",
  required: ["method", "url"],
  additionalProperties: false,
  properties: {
    method: { enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] },
    url: VALUE,
    path: { type: "object", minProperties: 1, additionalProperties: VALUE },
    query: VALUE,
    headers: VALUE,
    cookies: VALUE,
    styles: {
      type: "object",
      additionalProperties: false,
      properties: {
        path: PARAMETER_STYLES,
        query: PARAMETER_STYLES,
        headers: PARAMETER_STYLES,
        cookies: PARAMETER_STYLES,
        body: { type: "object", additionalProperties: PART_STYLE_SCHEMA },
      },
    },
    body: VALUE,
    bodyType: { anyOf: [{ type: "string", enum: ["json", "jsonl", "form", "multipart", "xml", "text", "binary"] }, CEL] },
    contentType: VALUE,
    fromFiles: { type: "boolean" },
    xml: XML_STYLE_SCHEMA,
    decode: { anyOf: [...DECODER.anyOf, { type: "array", minItems: 1, items: DECODER }] },
    output: VALUE,
  },
} as const satisfies JsonSchemaObject;

const KILOBYTES = {
  type: "object",
  required: ["maxKB"],
  additionalProperties: false,
  properties: { maxKB: { type: "integer", minimum: 1, maximum: 1_024 } },
} as const satisfies JsonSchemaObject;

/** A place that requests of code may go to. */
export const HTTP_CAPABILITY_SCHEMA = {
  type: "object",
  required: ["host", "methods", "paths", "auth"],
  additionalProperties: false,
  properties: {
    host: TEXT,
    port: { type: "integer", minimum: 1, maximum: 65_535 },
    methods: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] },
    },
    paths: {
      type: "array",
      minItems: 1,
      items: {
        type: "string",
        pattern: "^/[^?#\\s\\\\]*$",
        "x-help": "a path such as /v2/contacts/*, or /v2/** for all below it",
      },
    },
    auth: { enum: ["connection", "none"] },
  },
} as const satisfies JsonSchemaObject;

/** What code may reach. */
export const CODE_CAPABILITIES_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    http: { type: "array", minItems: 1, maxItems: 50, items: HTTP_CAPABILITY_SCHEMA },
    state: KILOBYTES,
    hmac: { type: "array", minItems: 1, uniqueItems: true, items: TEXT },
    log: KILOBYTES,
  },
} as const satisfies JsonSchemaObject;

/** Bundled JavaScript for the sandbox. */
export const CODE_SCHEMA = {
  type: "object",
  required: ["entry", "capabilities"],
  additionalProperties: false,
  properties: {
    entry: {
      type: "string",
      pattern: "^[^/#\\s\\\\][^#\\s\\\\]*\\.[cm]?[jt]s(?:#[A-Za-z_$][A-Za-z0-9_$]*)?$",
      "x-help": "a source file in the connector's folder, such as src/code/enrich.ts or src/code.ts#enrich",
    },
    capabilities: CODE_CAPABILITIES_SCHEMA,
  },
} as const satisfies JsonSchemaObject;

/** In-process code. */
export const NATIVE_SCHEMA = {
  type: "object",
  required: ["reason", "uses"],
  additionalProperties: false,
  properties: { reason: TEXT, uses: { type: "array", items: { enum: ["network", "files"] }, uniqueItems: true } },
} as const satisfies JsonSchemaObject;
