import type { Json } from "./json.ts";

/** JSON text with the keys of every object sorted by code unit (as RFC 8785 §3.2.3): equal for equal values, however they were written. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
