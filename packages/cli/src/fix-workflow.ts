import { applyPatch } from "@mortise/certify";
import type { Diagnostic, Json } from "@mortise/contract";

/** What mending a workflow came to. */
export interface FixedWorkflow {
  readonly document: Json;
  /** What was mended, in order. Empty: nothing could be. */
  readonly applied: readonly Diagnostic[];
}

/** Fixes that are applied at most; mending one thing may show the next, but not for ever. */
const MOST_FIXES = 200;

/**
 * Applies the fixes that a tool can apply, one by one, and keeps one only where its problem is gone and no error has come in its place.
 * Advice is left to people: a step that nothing reads may be one that somebody is about to use.
 */
export function fixWorkflow(document: Json, check: (document: Json) => readonly Diagnostic[]): FixedWorkflow {
  let current = document;
  let diagnostics = check(current);
  const applied: Diagnostic[] = [];
  const refused = new Set<string>();
  while (applied.length < MOST_FIXES) {
    const next = diagnostics.find(
      (each) => each.fix?.patch !== undefined && each.severity !== "info" && !refused.has(keyOf(each)),
    );
    if (next === undefined) break;
    refused.add(keyOf(next));
    const mended = applyPatch(current, next.fix?.patch ?? []);
    const after = mended === undefined ? undefined : check(mended);
    if (mended === undefined || after === undefined || !isBetter(diagnostics, after, next)) continue;
    current = mended;
    diagnostics = after;
    applied.push(next);
  }
  return { document: current, applied };
}

function isBetter(before: readonly Diagnostic[], after: readonly Diagnostic[], mended: Diagnostic): boolean {
  const count = (list: readonly Diagnostic[], ...severities: readonly string[]) =>
    list.filter(({ severity }) => severities.includes(severity)).length;
  if (after.some((each) => keyOf(each) === keyOf(mended)) || count(after, "error") > count(before, "error")) return false;
  return count(after, "error", "warning") <= count(before, "error", "warning");
}

function keyOf({ code, path, message }: Diagnostic): string {
  return `${code} ${path} ${message}`;
}
