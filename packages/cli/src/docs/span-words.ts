import { parseDuration, type Value } from "@mortise/contract";
import { code, inline } from "./prose.ts";

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A span in the largest unit that fits, e.g. `5 minutes`; `one` is what stands for a single unit, e.g. `a` in `a minute`. */
export function spanWords(ms: number, one = "1"): string {
  for (const [unit, length] of UNITS) {
    if (ms < length || ms % (length / 10) !== 0) continue;
    const count = ms / length;
    if (count === 1) return one === "" ? unit : `${one} ${unit}`;
    return `${count} ${unit}s`;
  }
  return `${ms} ms`;
}

/** A span of a contract (`"30s"`, ISO 8601) in words; what cannot be read stays as it is. */
export function durationWords(text: string, one = "1"): string {
  const ms = parseDuration(text);
  return ms === undefined ? inline(text) : spanWords(ms, one);
}

/** A value of a contract in a sentence: an expression as code, a literal as it is. */
export function valueWords(value: Value | undefined): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const expression = value as { readonly $cel?: unknown; readonly $text?: unknown };
    if (typeof expression.$cel === "string") return code(expression.$cel);
    if (typeof expression.$text === "string") return code(expression.$text);
    return code(JSON.stringify(value));
  }
  return inline(typeof value === "string" ? value : JSON.stringify(value ?? null));
}
