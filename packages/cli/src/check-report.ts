import { checks, type Waived } from "@mortise/certify";
import type { Diagnostic, Waiver } from "@mortise/contract";
import type { Checked } from "./check-document.ts";
import { comparisonReport } from "./compare-versions.ts";

/** Findings of one check that are shown, unless all are asked for. */
const MOST_OF_ONE = 5;
/** Changes since another version that are shown, unless all are asked for. */
const MOST_CHANGES = 40;

/** What a check found in one file or folder, for people: by weight, each with its place, what to do, and where to read more. */
export function checkReport(
  { file, kind, diagnostics, waived = [], fixed = [], unfixed, comparison }: Checked,
  all: boolean,
): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const blocking = diagnostics.filter(({ severity, blocks }) => severity !== "error" && blocks !== undefined);
  const rest = diagnostics.filter(({ severity, blocks }) => severity === "warning" && blocks === undefined);
  const notes = diagnostics.filter(({ severity, blocks }) => severity === "info" && blocks === undefined);
  const parts = [
    ...fixed.map(({ check, path, title }) => `  mended  ${check}  ${path}  ${title}`),
    ...group("errors", errors, file, all),
    ...group("in the way of certification", blocking, file, all),
    ...group("warnings", rest, file, all),
    ...group("notes", notes, file, all),
    ...waivedLines(waived),
    ...(unfixed === undefined ? [] : [`  ${unfixed}.`]),
    ...(comparison === undefined ? [] : [comparisonReport(comparison, all ? Number.POSITIVE_INFINITY : MOST_CHANGES)]),
  ];
  const counts = [
    errors.length === 0 ? "no errors" : count(errors.length, "error"),
    ...(blocking.length === 0 ? [] : [`${blocking.length} in the way of certification`]),
    ...(rest.length === 0 ? [] : [count(rest.length, "warning")]),
    ...(notes.length === 0 ? [] : [count(notes.length, "note")]),
    ...(fixed.length === 0 ? [] : [`${fixed.length} mended`]),
    ...(waived.length === 0 ? [] : [`${waived.length} waived`]),
  ];
  const verdict = `${errors.length > 0 ? "✗" : "✓"} ${kind} ${file}: ${counts.join(", ")}`;
  return [...parts, verdict].join("\n");
}

/** One line a waiver, however many findings it takes out. */
function waivedLines(waived: readonly Waived[]): readonly string[] {
  const places = new Map<Waiver, string[]>();
  for (const { diagnostic, waiver } of waived) places.set(waiver, [...(places.get(waiver) ?? []), diagnostic.path]);
  if (places.size === 0) return [];
  return [
    "  waived",
    ...[...places].map(([{ check, owner, expires, reason }, paths]) => {
      const where = paths.length === 1 ? paths[0] : `${paths.length} places`;
      return `    ${check}  ${where}  by ${owner} until ${expires}: ${reason}`;
    }),
  ];
}

function group(title: string, diagnostics: readonly Diagnostic[], file: string, all: boolean): readonly string[] {
  if (diagnostics.length === 0) return [];
  const byCheck = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    const key = each.check ?? each.code;
    byCheck.set(key, [...(byCheck.get(key) ?? []), each]);
  }
  return [`  ${title}`, ...[...byCheck].flatMap(([key, found]) => ofOneCheck(key, found, file, all))];
}

function ofOneCheck(key: string, found: readonly Diagnostic[], file: string, all: boolean): readonly string[] {
  const check = checks.find(({ id }) => id === key);
  const shown = all ? found : found.slice(0, MOST_OF_ONE);
  const more = found.length - shown.length;
  return [
    check === undefined ? `    ${key}` : `    ${key} ${check.name}  docs/checks/${key}.md`,
    ...shown.flatMap(({ code, path, line, message, fix, file: own }) => [
      `      ${[own ?? file, line].filter((part) => part !== undefined).join(":")}  ${path === "" ? "/" : path}  ${code}`,
      `        ${message}`,
      ...(fix === undefined ? [] : [`        fix: ${fix.title}`]),
    ]),
    ...(more === 0 ? [] : [`      … and ${more} more of these (--all shows them)`]),
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
