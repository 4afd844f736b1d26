import type { Diagnostic, Json } from "@mortise/contract";
import { lintConnector } from "../lint-connector.ts";
import type { LintSubject } from "../lint-context.ts";
import { applyPatch } from "./apply-patch.ts";

/** What mending came to. */
export interface FixedConnector {
  readonly contract: Json;
  /** What was mended, in order. Empty: nothing could be. */
  readonly applied: readonly Diagnostic[];
  /** What is left for a person. */
  readonly left: readonly Diagnostic[];
}

/** Mending one thing may show the next, but not for ever. */
const MOST_ROUNDS = 10;

/** Applies the fixes that a tool can apply, and checks again, until nothing is left to mend. Lines are not given: the text has changed. */
export function fixConnector(subject: LintSubject): FixedConnector {
  const { text: _, lineOf: __, ...plain } = subject;
  let contract = subject.contract as Json;
  const applied: Diagnostic[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { diagnostics } = lintConnector({ ...plain, contract });
    const mended = mend(contract, diagnostics);
    if (mended.applied.length === 0) return { contract, applied, left: diagnostics };
    contract = mended.contract;
    applied.push(...mended.applied);
  }
  return { contract, applied, left: lintConnector({ ...plain, contract }).diagnostics };
}

/** One round: every fix whose place no other fix of the round has touched, the last places first, so that places in lists hold. */
function mend(
  contract: Json,
  diagnostics: readonly Diagnostic[],
): { readonly contract: Json; readonly applied: readonly Diagnostic[] } {
  let current = contract;
  const applied: Diagnostic[] = [];
  const touched: string[] = [];
  const fixable = diagnostics
    .filter(({ fix, file }) => fix?.patch !== undefined && (file === undefined || file.endsWith(".json")))
    .toSorted((a, b) => comparePlaces(b.path, a.path));
  for (const diagnostic of fixable) {
    const patch = diagnostic.fix?.patch ?? [];
    const places = patch.flatMap((step) => (step.op === "move" ? [step.from, step.path] : [step.path]));
    if (places.some((place) => touched.some((each) => isWithin(place, each) || isWithin(each, place)))) continue;
    const next = applyPatch(current, patch);
    if (next === undefined) continue;
    current = next;
    touched.push(...places);
    applied.push(diagnostic);
  }
  return { contract: current, applied };
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** By segment, numbers as numbers. */
function comparePlaces(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
