import type { Contract, Diagnostic, Migration, OperationMigration } from "@mortise/contract";
import semver from "semver";
import type { Change } from "../change.ts";
import { CHANGES, type Mend } from "../change-catalogue.ts";

/** What is looked at. */
interface Released {
  readonly before: Contract;
  readonly after: Contract;
  readonly changes: readonly Change[];
}

/** Finds breaking changes of a new major version that a migration could mend and none does. */
export function missingMigrations({ before, after, changes }: Released): readonly Diagnostic[] {
  const [from, to] = [semver.major(before.version), semver.major(after.version)];
  if (to <= from || from === 0) return [];
  const steps = (after.migrations ?? []).filter((step) => step.from >= from && step.to <= to);
  const found = new Map<string, Diagnostic>();
  for (const change of changes) {
    const { mend } = CHANGES[change.id];
    if (change.level !== "major" || change.waived !== undefined || mend === undefined) continue;
    const places = change.affects.length === 0 ? [change.path] : change.affects;
    for (const place of places) {
      if (isMended(place, mend, steps)) continue;
      const key = `${mend} ${place}`;
      if (!found.has(key)) found.set(key, missing(change, place, mend, from));
    }
  }
  return [...found.values()];
}

function isMended(place: string, mend: Mend, steps: readonly Migration[]): boolean {
  const [, kind, segment = ""] = place.split("/");
  const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
  if (mend === "settings") return steps.some(({ settings }) => settings !== undefined);
  if (mend === "auth") return steps.some(({ auth = {} }) => Object.hasOwn(auth, name));
  let current = name;
  for (const step of steps) {
    const entry = (kind === "triggers" ? step.triggers : step.operations)?.[current];
    if (entry === undefined) continue;
    if (entry.removed !== undefined || says(entry, mend)) return true;
    current = entry.operation ?? current;
  }
  return false;
}

function says(entry: OperationMigration, mend: Mend): boolean {
  return mend === "operation"
    ? entry.operation !== undefined
    : mend === "input"
      ? entry.input !== undefined
      : entry.output !== undefined;
}

function missing(change: Change, place: string, mend: Mend, from: number): Diagnostic {
  const [, kind = "", segment = ""] = place.split("/");
  const target =
    mend === "settings"
      ? "settings"
      : mend === "auth"
        ? `auth.${segment}`
        : `${kind}.${segment}.${mend === "operation" ? "operation or removed" : mend}`;
  return {
    code: "MIGRATION_MISSING",
    severity: "error",
    path: change.path,
    message: `${change.message}. The step from ${from} to ${from + 1} says nothing about it (${change.id}).`,
    fix: { title: `Add ${target} to the migration from ${from}, or a waiver with a reason.` },
  };
}
