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
    xml: XML_STYLE_SCHEMA,
    decode: { anyOf: [...DECODER.anyOf, { type: "array", minItems: 1, items: DECODER }] },
    output: VALUE,
  },
} as const satisfies JsonSchemaObject;

/** Bundled JavaScript for the sandbox. */
export const CODE_SCHEMA = {
  type: "object",
  required: ["entry", "capabilities"],
  additionalProperties: false,
  properties: { entry: TEXT, capabilities: { type: "object" } },
} as const satisfies JsonSchemaObject;

/** In-process code. */
export const NATIVE_SCHEMA = {
  type: "object",
  required: ["reason", "uses"],
  additionalProperties: false,
  properties: { reason: TEXT, uses: { type: "array", items: { enum: ["network", "files"] }, uniqueItems: true } },
} as const satisfies JsonSchemaObject;
