import { canonicalJson, type Json } from "@mortise/contract";

/** One text for a value; equal exactly where the values are, whatever the order of their fields. */
export function canonicalKey(value: Json): string {
  return typeof value === "string" ? `s${value}` : canonicalJson(value);
}
