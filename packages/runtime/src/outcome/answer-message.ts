import type { Json } from "@mortise/contract";

const MAX_LENGTH = 500;
const KEYS = [
  "detail",
  "message",
  "error_description",
  "error_message",
  "errorMessage",
  "title",
  "description",
  "reason",
  "error",
  "errors",
];

/** The sentence of an error body that a person would read: RFC 9457 `detail` and the usual names, else short plain text. */
export function answerMessage(body: Json): string | undefined {
  const found = search(body, 0);
  return found === undefined ? undefined : clip(found);
}

function search(body: Json, depth: number): string | undefined {
  if (typeof body === "string") return isReadable(body) ? body.trim() : undefined;
  if (body === null || typeof body !== "object" || depth > 4) return undefined;
  if (isList(body)) return body.length === 0 ? undefined : search(body[0] ?? null, depth + 1);
  for (const key of KEYS) {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    const found = value === undefined ? undefined : search(value, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** HTML and binary say nothing to a reader. */
const isReadable = (text: string): boolean => text.trim() !== "" && !/^\s*<|\p{Cc}(?<![\t\r\n])/u.test(text);
const clip = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
