import type { Json } from "./json.ts";

/** Objects and lists in each other that are read, at most: whatever walks a value later does so recursively. */
export const DEEPEST_JSON = 1_000;

/** What may be a number that a double does not hold: so many digits, or such an exponent. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON (RFC 8259) without changing a number: an integer that a double does not hold (§6; beyond 2^53, such as the ids of some vendors) and a
 * number beyond its range become their digits as text. Fractions are rounded as everywhere. Throws `SyntaxError` for what is no JSON, and for
 * what nests deeper than {@link DEEPEST_JSON}.
 */
export function parseExactJson(text: string): Json {
  // Each level takes two characters.
  if (text.length > 2 * DEEPEST_JSON && nestsDeeper(text, DEEPEST_JSON))
    throw new SyntaxError(`It nests deeper than ${DEEPEST_JSON} objects and lists.`);
  return (SUSPECT.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)) as Json;
}

/** The first number in a JSON text that a double does not hold. */
export function inexactNumber(text: string): string | undefined {
  if (!SUSPECT.test(text)) return undefined;
  let found: string | undefined;
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (found === undefined && !isHeld(value, context?.source)) found = context?.source;
    return null;
  });
  return found;
}

/** Whether a number of this JSON text may be one that a double does not hold. */
export const mayBeInexact = (text: string): boolean => SUSPECT.test(text);

/** Whether objects and lists nest deeper than so many levels; what breaks JSON is the parser's to say. */
export function nestsDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    // "[" 5b, "{" 7b; "]" 5d, "}" 7d
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** Whether a double is the number that was written; fractions are allowed their rounding. */
export function isHeld(value: unknown, source: string | undefined): boolean {
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return true;
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(source) || BigInt(source) === BigInt(value);
}

/** A reviver (ECMA-262 §25.5.1) that sees what was written. */
function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return isHeld(value, context?.source) ? value : context?.source;
}

function endOfText(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
