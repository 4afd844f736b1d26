import { RE2JS, RE2JSException } from "re2js";

/** One place where a pattern matches, with what its groups hold; undefined for a group that has no part in it. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** Visits matches from left to right until `visit` says false. */
export type PatternFinder = (text: string, visit: (match: PatternMatch) => boolean) => void;

const MAX_SOURCE = 1_000;
const MAX_KEPT = 500;
const kept = new Map<string, PatternFinder | string>();

/** Compiles a pattern (RE2: time linear in the text) once; a text instead of it says why it cannot be used. */
export function findAll(source: string): PatternFinder | string {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const made = compile(source);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(source, made);
  return made;
}

function compile(source: string): PatternFinder | string {
  if (source.length > MAX_SOURCE) return `the pattern has ${source.length} characters, allowed are ${MAX_SOURCE}`;
  try {
    const compiled = RE2JS.compile(source);
    const count = compiled.groupCount();
    return (text, visit) => {
      const matcher = compiled.matcher(text);
      while (matcher.find()) {
        const groups = Array.from({ length: count }, (_, i) => matcher.group(i + 1) ?? undefined);
        if (!visit({ start: matcher.start(), end: matcher.end(), groups })) return;
      }
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `the pattern cannot be used: ${error.message.replace(/^error parsing regexp: /, "")}`;
  }
}
