import { CONTRACT_SCHEMA, type Contract, type Diagnostic, isMortiseError, type Json, readJson } from "@mortise/contract";
import { checkContract, compileSchema, labelOf } from "@mortise/contract/validation";
import type { Check, CheckId, Finding } from "./check.ts";
import { checks } from "./check-list.ts";
import { checkOf, withCheck } from "./check-of.ts";
import { type LintContext, type LintSubject, lintContext } from "./lint-context.ts";
import { applyWaivers, type Waived } from "./waivers.ts";

/** What a lint found. */
export interface LintResult {
  /** What counts: errors, findings that block the certificate, warnings, in this order. */
  readonly diagnostics: readonly Diagnostic[];
  /** What somebody answers for. */
  readonly waived: readonly Waived[];
  /** Ids of the checks that ran. */
  readonly checks: readonly CheckId[];
}

/** Codes of faults that leave the rest of a document as it is. */
const HARMLESS: ReadonlySet<string> = new Set(["UNKNOWN_KEY"]);

/**
 * Runs every check on a connector, offline: the same call in the command line, the builder and the registry. Checks beyond the shape of
 * the contract run once its shape and its schemas are sound. Never throws; a check that fails is a diagnostic with the code `INTERNAL`.
 */
export function lintConnector(subject: LintSubject): LintResult {
  const faults = checkContract(subject.contract);
  const adopted = new Map<Check, Diagnostic[]>();
  for (const fault of faults) {
    const owner = checkOf(fault);
    adopted.set(owner, [...(adopted.get(owner) ?? []), fault]);
  }
  const sound = hasShape(subject.contract) && !faults.some(spoilsSchemas);
  const context = sound ? lintContext(subject.contract as Contract, subject, faults) : undefined;
  const found = checks.flatMap((check) =>
    joined(
      (adopted.get(check) ?? []).map(withCheck),
      context === undefined ? [] : runSafely(check, context).map((finding) => diagnosticOf(check, finding)),
    ),
  );
  const ran = context === undefined ? checks.filter((check) => adopted.has(check)) : checks;
  const blocking = new Set(
    faults.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path} ${message}`),
  );
  const { kept, waived } = applyWaivers(context?.contract.waivers ?? [], distinct(found), subject, ({ path, message }) =>
    blocking.has(`${path} ${message}`),
  );
  return {
    diagnostics: placed(kept, subject).toSorted((a, b) => weight(a) - weight(b) || (a.line ?? 0) - (b.line ?? 0)),
    waived,
    checks: ran.map(({ id }) => id),
  };
}

/** A part of the contract that cannot be compiled is a finding of the check that met it. */
function runSafely(check: Check, context: LintContext): readonly Finding[] {
  try {
    return check.run(context);
  } catch (error) {
    if (!isMortiseError(error))
      return [{ code: "INTERNAL", path: "", message: `the check ${check.id} failed: ${String(error)}` }];
    return [{ code: error.code, path: error.data.path ?? "", message: error.message }];
  }
}

/** Of a fault and a check's own finding at one place, the graver is kept; of two alike the fault. */
function joined(faults: readonly Diagnostic[], own: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Map(own.map((each) => [each.path, each.severity === "error"]));
  const kept = faults.filter(({ path, severity }) => severity === "error" || places.get(path) !== true);
  const taken = new Set(kept.map(({ path }) => path));
  return [...kept, ...own.filter(({ path, file }) => file !== undefined || !taken.has(path))];
}

/** A schema that cannot be compiled makes nonsense of what is checked with it. */
function spoilsSchemas(fault: Diagnostic): boolean {
  return fault.severity === "error" && !HARMLESS.has(fault.code) && checkOf(fault).id === "MC006";
}

function hasShape(value: unknown): boolean {
  return compileSchema(CONTRACT_SCHEMA)(value as Json).diagnostics.every(({ code }) => HARMLESS.has(code));
}

function diagnosticOf(check: Check, finding: Finding): Diagnostic {
  const severity = finding.severity ?? (check.severity === "error" ? "error" : "warning");
  const { code, path, message, fix, file, line } = finding;
  return {
    code,
    severity,
    check: check.id,
    ...(check.severity === "certification" || (check.severity === "error" && severity !== "error")
      ? { blocks: "certification" as const }
      : {}),
    path,
    message: file === undefined ? `${labelOf(path)}: ${message}` : message,
    ...(fix === undefined ? {} : { fix }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

/** One diagnostic a place, check and message, however many ways lead to it. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const key = `${each.check} ${each.file ?? ""} ${each.line ?? ""} ${each.path} ${each.message}`;
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}

function placed(diagnostics: readonly Diagnostic[], { text, file, ...subject }: LintSubject): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const lineOf = subject.lineOf ?? (text === undefined ? undefined : readJson(text).lineOf);
  return diagnostics.map((each) =>
    each.file === undefined
      ? { ...each, ...(lineOf ? { line: lineOf(each.path) } : {}), ...(file === undefined ? {} : { file }) }
      : each,
  );
}

const weight = ({ severity, blocks }: Diagnostic): number => (severity === "error" ? 0 : blocks !== undefined ? 1 : 2);
