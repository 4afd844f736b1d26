import { compileValue } from "@mortise/builders";
import { type Change, checkMigrations, compareContracts, type Level, migrationChain, proveCompatible } from "@mortise/compat";
import { CONTRACT_SCHEMA, type Contract, type Diagnostic, type Json } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import semver from "semver";

/** What a contract changes since a version that was released before. */
export interface VersionComparison {
  /** Version it was compared with. */
  readonly against: string;
  readonly changes: readonly Change[];
  /** What the changes ask for. */
  readonly requiredBump: Level | "none";
  /** What the two versions say. */
  readonly declaredBump: Level | "none";
  /** Values that went through the migrations. Absent: there are none from that version. */
  readonly proof?: { readonly ok: boolean; readonly tried: number };
}

/** A comparison, and what it found besides the version and missing migrations, which the check MC044 finds. */
export interface ComparedVersions {
  readonly comparison: VersionComparison;
  readonly diagnostics: readonly Diagnostic[];
}

/** Values that a proof takes in all, about; and of one schema at least. A thousand operations would take minutes with 100 each. */
const MOST_VALUES = 6_000;
const FEWEST = 4;

/**
 * Compares a contract with a released one, checks its migrations by the schemas of both, and proves them with made-up values. Undefined
 * for a document that has not the shape of a contract.
 */
export function compareVersions(before: Contract, contract: unknown, today: string): ComparedVersions | undefined {
  if (!isContract(contract)) return undefined;
  const { changes, requiredBump, declaredBump } = compareContracts(before, contract, { today });
  const comparison = { against: before.version, changes, requiredBump, declaredBump };
  const chain = migrationChain(contract, semver.major(before.version));
  if (chain === undefined || chain.length === 0)
    return { comparison, diagnostics: checkMigrations(contract, compileValue, before) };
  const faults = checkMigrations(contract, compileValue, before);
  if (faults.some(({ severity }) => severity === "error")) return { comparison, diagnostics: faults };
  const count = Math.max(FEWEST, Math.min(100, Math.floor(MOST_VALUES / (2 * Object.keys(before.operations).length + 1))));
  const { ok, tried, counterExamples } = proveCompatible(before, contract, { seed: 1, count, evaluator: compileValue });
  const refuted = counterExamples.map(
    ({ what, value, reason }): Diagnostic => ({
      code: "MIGRATION_FAILED",
      severity: "error",
      path: "/migrations",
      message: `${what}: ${JSON.stringify(value)}, made for ${before.version}, does not go on in ${contract.version}: ${reason}`,
      fix: { title: "Mend the migration so that it carries this value over." },
    }),
  );
  return { comparison: { ...comparison, proof: { ok, tried } }, diagnostics: [...faults, ...refuted] };
}

/** A comparison for people: one line a change, the breaking ones first. `most`: how many are shown. */
export function comparisonReport(
  { against, changes, requiredBump, declaredBump, proof }: VersionComparison,
  most: number,
): string {
  const shown = changes.slice(0, most);
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  const count = `${changes.length} ${changes.length === 1 ? "change" : "changes"}`;
  const lines = shown.flatMap(({ level, id, path, message, waived }) => [
    `    ${level.padEnd(5)}  ${id.padEnd(width)}  ${path}${waived === undefined ? "" : `  waived by ${waived.owner} until ${waived.expires}`}`,
    `           ${message}`,
  ]);
  return [
    `  since ${against}: ${count}; required: ${requiredBump}, the version says: ${declaredBump}`,
    ...lines,
    ...(shown.length < changes.length ? [`    … and ${changes.length - shown.length} more (--all shows them)`] : []),
    ...(proof === undefined
      ? []
      : [`    ${proof.tried} values made for ${against} were carried over${proof.ok ? "" : ", not all of them went on"}`]),
  ].join("\n");
}

function isContract(value: unknown): value is Contract {
  return compileSchema(CONTRACT_SCHEMA)(value as Json).ok;
}
