import type { Fix } from "@mortise/contract";
import type { ChangeId } from "./change-catalogue.ts";

/** What a change asks of the next version (semver.org 2.0.0). `patch` is what nobody can notice. */
export type Level = "major" | "minor" | "patch";

/** One difference between two versions of a contract. */
export interface Change {
  /** Id of the change catalogue, e.g. `output-field-removed`. */
  readonly id: ChangeId;
  readonly level: Level;
  /** JSON pointer to the place; `in` says in which of the two contracts. */
  readonly path: string;
  readonly in: "before" | "after";
  /** What was found, what was there before, and whom it breaks. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: Fix;
  /** JSON pointers to the operations, triggers, auth schemes or settings it shows in, of the contract before; empty: all of it. */
  readonly affects: readonly string[];
  /** Who answers for it, where a waiver covers it; it then asks for no version. */
  readonly waived?: { readonly owner: string; readonly reason: string; readonly expires: string };
}

/** The higher of two levels. */
export function higher(a: Level | "none", b: Level | "none"): Level | "none" {
  return RANK[a] >= RANK[b] ? a : b;
}

const RANK = { none: 0, patch: 1, minor: 2, major: 3 } as const;
