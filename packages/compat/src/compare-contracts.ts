import type { Contract, Diagnostic, Waiver } from "@mortise/contract";
import { type Change, higher, type Level } from "./change.ts";
import { affectedBy } from "./contract/affected-by.ts";
import { compareAuth } from "./contract/compare-auth.ts";
import { compareBudgets } from "./contract/compare-budgets.ts";
import { compareOperations } from "./contract/compare-operations.ts";
import { compareTriggers } from "./contract/compare-triggers.ts";
import { compareRest, compareWhole } from "./contract/compare-whole.ts";
import { Diff } from "./contract/diff.ts";
import { checkRelease } from "./release/check-release.ts";
import { declaredBump } from "./release/declared-bump.ts";
import { waive } from "./release/waive.ts";

/** Options of {@link compareContracts}. */
export interface CompareOptions {
  /** Waivers beside those of the new contract. */
  readonly waivers?: readonly Waiver[];
  /** ISO 8601 calendar date that waivers are judged by. Absent: none of them holds. */
  readonly today?: string;
}

/** What a comparison of two versions came to. */
export interface Comparison {
  /** Every difference, breaking ones first. */
  readonly changes: readonly Change[];
  /** What the changes ask for, waived ones left out. */
  readonly requiredBump: Level | "none";
  /** What the two versions say. */
  readonly declaredBump: Level | "none";
  /** No diagnostic of severity `error`: the new version may be released after the old one. */
  readonly ok: boolean;
  /** A version that is too small, a breaking change without a migration, an expired waiver, a removal without notice. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares a contract with the version that was released before it: what changed, whom that breaks, which version it asks for, and
 * whether the version it has is high enough. Neither contract is changed. Both must be free of errors (`checkContract`).
 */
export function compareContracts(before: Contract, after: Contract, options: CompareOptions = {}): Comparison {
  const diff = new Diff(before, after);
  compareWhole(diff);
  compareAuth(diff);
  compareBudgets(diff);
  compareOperations(diff);
  compareTriggers(diff);
  compareRest(diff);
  const ordered = affectedBy(diff.changes, before, after).toSorted((a, b) => ORDER[a.level] - ORDER[b.level]);
  const waivers = [...(after.waivers ?? []), ...(options.waivers ?? [])];
  const { changes, diagnostics: waiverFaults } = waive(ordered, waivers, options.today);
  const requiredBump = changes.reduce<Level | "none">(
    (bump, { level, waived }) => higher(bump, waived === undefined ? level : "none"),
    "none",
  );
  const diagnostics = [...checkRelease({ before, after, changes, requiredBump }), ...waiverFaults];
  return {
    changes,
    requiredBump,
    declaredBump: declaredBump(before.version, after.version),
    ok: diagnostics.every(({ severity }) => severity !== "error"),
    diagnostics,
  };
}

const ORDER: { readonly [level in Level]: number } = { major: 0, minor: 1, patch: 2 };
