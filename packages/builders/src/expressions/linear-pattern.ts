import { RE2JS, RE2JSException } from "re2js";

/** A pattern that is matched in time linear in the text, whatever the pattern (RE2 syntax: no back references, no lookaround). */
export interface LinearPattern {
  /** Whether the pattern occurs anywhere in the text. */
  test(text: string): boolean;
  /** What the first group of the first match holds, or the whole match of a pattern without groups. Undefined: no match, or that group has no part in it. */
  first(text: string): string | undefined;
}

const MAX_SOURCE = 1_000;
const MAX_KEPT = 500;
const kept = new Map<string, LinearPattern | string>();

/** Compiles a pattern once; a text instead of it says why it cannot be used. Patterns over 1,000 characters are refused. */
export function linearPattern(source: string): LinearPattern | string {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const pattern = compile(source);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(source, pattern);
  return pattern;
}

function compile(source: string): LinearPattern | string {
  if (source.length > MAX_SOURCE) return `the pattern has ${source.length} characters, allowed are ${MAX_SOURCE}`;
  try {
    const compiled = RE2JS.compile(source);
    const group = compiled.groupCount() > 0 ? 1 : 0;
    return {
      test: (text) => compiled.test(text),
      first: (text) => {
        const matcher = compiled.matcher(text);
        return matcher.find() ? (matcher.group(group) ?? undefined) : undefined;
      },
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `the pattern cannot be used: ${error.message.replace(/^error parsing regexp: /, "")}`;
  }
}
