import { compileValue, type Scope } from "@mortise/builders";
import type { Json, Placement, Value } from "@mortise/contract";
import { literalPattern } from "../literal-pattern.ts";
import { decoded, type WireRequest } from "../wire-request.ts";
import { filled, textOf, valueAt } from "./value-at.ts";

/** What the sender put into a place: texts by the variable that they came of. */
export type ReadPlacement =
  | { readonly found: { readonly [variable: string]: string } }
  /** It is not what the contract says. */
  | { readonly problem: string }
  /** Something is there; what it was made of cannot be told. */
  | { readonly unreadable: true };

/**
 * Reads a place backwards: what `variables` were when the sender filled it; the first of them stands where the contract names no value. All
 * others are known, so a text that they do not come to is a problem.
 */
export function readPlacement(
  request: WireRequest,
  placement: Placement,
  scope: Scope,
  variables: readonly string[],
): ReadPlacement {
  const settings = scope.settings as Parameters<typeof filled>[1];
  const { value, in: place } = placement;
  const [name, prefix] = [filled(placement.name, settings), filled(placement.prefix ?? "", settings)];
  const where = place === "header" ? `the header ${name}` : `${name} (${place})`;
  const raw = valueAt(request, { in: place, name });
  const usual = variables.length === 0 ? textOf((scope.token ?? null) as Json) : markOf(0);
  const marked = value === undefined ? usual : evaluated(value, { ...scope, ...marksOf(variables) });
  if (marked === null) return raw === undefined ? { found: {} } : { unreadable: true };
  if (raw === undefined || raw === "") return { problem: `${where} is missing` };
  if (!raw.startsWith(prefix)) return { problem: `${where} does not begin with ${JSON.stringify(prefix)}` };
  if (marked === undefined) return { unreadable: true };
  const seen = raw.slice(prefix.length);
  const found = match(marked, seen, variables) ?? (place === "cookie" ? match(marked, decoded(seen), variables) : undefined);
  if (found !== undefined) return { found };
  return isReadable(placement, marked, variables)
    ? { problem: `${where} does not hold what the contract says` }
    : { unreadable: true };
}

const markOf = (index: number): string => `mortise0${index}0mark`;

const marksOf = (variables: readonly string[]): Scope =>
  Object.fromEntries(variables.map((variable, index) => [variable, markOf(index)]));

/** Undefined: it cannot be computed from marks. Null: nothing is sent. */
function evaluated(value: Value, scope: Scope): string | null | undefined {
  try {
    return textOf(compileValue(value).evaluate(scope)) ?? null;
  } catch {
    return undefined;
  }
}

const MARK = /mortise0(\d+)0mark/;

/** What stands in place of the marks of a text. */
function match(marked: string, seen: string, variables: readonly string[]): { readonly [variable: string]: string } | undefined {
  const parts = marked.split(MARK);
  const marks: string[] = [];
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return literalPattern(part);
    const known = marks.indexOf(part);
    if (known < 0) marks.push(part);
    return known < 0 ? "(.+?)" : `\\${known + 1}`;
  });
  const found = new RegExp(`^${source.join("")}$`, "s").exec(seen);
  return found === null
    ? undefined
    : Object.fromEntries(marks.map((mark, index) => [variables[Number(mark)] ?? "", found[index + 1] ?? ""]));
}

/** Whether each variable that the value reads stands in its text as it is. */
function isReadable({ value }: Placement, marked: string, variables: readonly string[]): boolean {
  if (value === undefined) return true;
  const read = new Set(compileValue(value).reads.map(([name]) => name ?? ""));
  return variables.every((variable, index) => !read.has(variable) || marked.includes(markOf(index)));
}
