import type { Json } from "@mortise/contract";

/** A JSON value inside of a text: text as it is, null as nothing, lists and records as JSON. */
export function textOf(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
