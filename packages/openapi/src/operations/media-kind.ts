import type { BodyType } from "@mortise/contract";

/** How a media type is written and read. Undefined for one that cannot be said declaratively. */
export function bodyTypeOf(type: string): BodyType | undefined {
  if (isJson(type)) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "multipart/form-data") return "multipart";
  if (type.startsWith("multipart/") || type.startsWith("message/")) return undefined;
  if (isJsonLines(type)) return "jsonl";
  if (isXml(type)) return "xml";
  if (type.startsWith("text/") || TEXTS.has(type)) return "text";
  return "binary";
}

/** Media types of JSON values, by name or by suffix (RFC 6839 §3.1). */
export const isJson = (type: string): boolean =>
  /^(application|text)\/json$/.test(type) || /\+json$/.test(type) || type === "application/*";

/** Media types of XML (RFC 7303). */
export const isXml = (type: string): boolean => /^(application|text)\/xml$/.test(type) || /\+xml$/.test(type);

/** Media types of one JSON value a line or record (NDJSON, RFC 7464). */
export const isJsonLines = (type: string): boolean =>
  ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-seq"].includes(
    type,
  );

/** Whether a media type stands for any. */
export const isWildcard = (type: string): boolean => type === "*/*" || type === "*" || type === "";

const TEXTS = new Set([
  "application/sdp",
  "application/javascript",
  "application/graphql",
  "application/yaml",
  "application/x-yaml",
  "application/sql",
]);
