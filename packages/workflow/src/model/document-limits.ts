import type { Diagnostic } from "@mortise/contract";

/** Levels of objects and lists in a document, one inside the other: more than any workflow has, few enough to be walked by recursion. */
export const MAX_DEPTH = 256;
/** Keys and entries of a document together. Data of this size belongs into a file or a table. */
export const MAX_VALUES = 100_000;
/** Steps of a workflow, those inside of others included. */
export const MAX_NODES = 2_000;

/** Says that a document is too large or too deep to be checked and run. Walks without recursion and stops at the limit. */
export function documentLimits(document: unknown): Diagnostic | undefined {
  let values = 0;
  let level: readonly unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH)
      return tooMuch(`is nested more than ${MAX_DEPTH} levels deep`, "Move inner parts into steps of their own.");
    const inner: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      for (const each of Object.values(value)) {
        if (++values > MAX_VALUES)
          return tooMuch(`has more than ${MAX_VALUES.toLocaleString("en")} values`, "Read large data from a file or a table.");
        inner.push(each);
      }
    }
    level = inner;
  }
  return undefined;
}

/** Says that a workflow has more steps than can be checked in reasonable time. */
export function nodeLimit(count: number): Diagnostic | undefined {
  if (count <= MAX_NODES) return undefined;
  return tooMuch(`has ${count} steps, allowed are ${MAX_NODES}`, "Use a loop for what repeats, or split the workflow.");
}

function tooMuch(what: string, title: string): Diagnostic {
  return { code: "LIMIT_EXCEEDED", severity: "error", path: "", message: `The document ${what}.`, fix: { title } };
}
