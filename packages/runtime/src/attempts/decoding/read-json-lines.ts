import { type Json, parseExactJson } from "@mortise/contract";
import { malformed } from "./malformed.ts";

/** JSON values on lines of their own, or behind record separators (RFC 7464). Blank lines are skipped. */
export function readJsonLines(text: string): Json {
  const records = text.includes("\x1e") ? text.split("\x1e") : text.split(/\r?\n|\r/);
  const values: Json[] = [];
  for (const [index, record] of records.entries()) {
    if (record.trim() === "") continue;
    try {
      values.push(parseExactJson(record));
    } catch (error) {
      throw malformed("list of JSON lines", `record ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return values;
}
