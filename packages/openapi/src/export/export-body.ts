import type { HttpRequest, Json, JsonObject, JsonSchemaObject, PartStyle } from "@mortise/contract";
import type { SchemaHoist } from "./schema-hoist.ts";
import { alwaysThere, schemaOfValue } from "./schema-of-value.ts";

const MEDIA_TYPES: { readonly [type: string]: string } = Object.freeze({
  json: "application/json",
  jsonl: "application/jsonl",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
  xml: "application/xml",
  text: "text/plain",
  binary: "application/octet-stream",
});

/** The request body (Request Body Object, 3.1 §4.8.13); nothing where there is none. */
export function exportBody(request: HttpRequest, input: JsonSchemaObject, hoist: SchemaHoist, operation: string): JsonObject {
  if (request.body === undefined) return {};
  const type = typeof request.bodyType === "string" ? request.bodyType : "json";
  const media = typeof request.contentType === "string" ? request.contentType : (MEDIA_TYPES[type] ?? "application/json");
  const schema = type === "binary" ? {} : hoist.take(schemaOfValue(request.body, input), operation, input);
  const encoding = encodings(request.styles?.body ?? {});
  const hasEncoding = (type === "form" || type === "multipart") && Object.keys(encoding).length > 0;
  return {
    requestBody: {
      ...(alwaysThere(request.body, input) ? { required: true } : {}),
      content: { [media]: { schema, ...(hasEncoding ? { encoding } : {}) } },
    },
  };
}

function encodings(styles: { readonly [name: string]: PartStyle }): JsonObject {
  const entries = Object.entries(styles).map(([name, { style, explode, allowReserved, contentType }]): [string, Json] => [
    name,
    {
      ...(contentType === undefined ? {} : { contentType }),
      ...(style === undefined || !["form", "spaceDelimited", "pipeDelimited", "deepObject"].includes(style) ? {} : { style }),
      ...(explode === undefined ? {} : { explode }),
      ...(allowReserved === undefined ? {} : { allowReserved }),
    },
  ]);
  return Object.fromEntries(entries.filter(([, encoding]) => Object.keys(encoding as JsonObject).length > 0));
}
