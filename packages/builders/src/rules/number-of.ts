import type { Json } from "@mortise/contract";
import { parseNumber } from "../transformers/parse-number.ts";

/** The value as a number; a text that reads as one counts, as everything in a CSV file is text. Undefined for anything else. */
export function numberOf(value: Json): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseNumber(value, ".") : undefined;
}
