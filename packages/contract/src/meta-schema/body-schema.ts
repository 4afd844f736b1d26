import type { JsonSchemaObject } from "../json.ts";
import { CEL, TEXT, VALUE } from "./parts.ts";

/** A declarative HTTP request. */
export const REQUEST_SCHEMA = {
  type: "object",
  required: ["method", "url"],
  additionalProperties: false,
  properties: {
    method: { enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] },
    url: VALUE,
    query: VALUE,
    headers: VALUE,
    body: VALUE,
    bodyType: { anyOf: [{ type: "string", enum: ["json", "form", "text"] }, CEL] },
    decode: { enum: ["json", "text", "none", "auto"] },
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
