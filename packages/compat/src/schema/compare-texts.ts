import type { Comparison } from "./comparison.ts";

/** Formats that only tell people or editors what a text is. */
const SAID_ONLY: readonly string[] = ["password", "binary", "byte", "string", "text", "multi-line", "markdown", "html"];
/** Every text of the first format is one of the second. */
const WITHIN: readonly (readonly [string, string])[] = [
  ["date-time", "iso-date-time"],
  ["time", "iso-time"],
  ["uri", "uri-reference"],
  ["uri", "iri"],
  ["email", "idn-email"],
  ["hostname", "idn-hostname"],
];

/** Reports other formats, patterns and conditions. */
export function compareTexts({ a, b, say }: Comparison): void {
  const lost = missing(a.conditions, b.conditions);
  const won = missing(b.conditions, a.conditions);
  if (lost.length > 0 && won.length > 0) say("condition-changed", `what held was ${short(lost)}, is ${short(won)}`);
  else if (lost.length > 0) say("condition-removed", `${short(lost)} does not hold any more`);
  else if (won.length > 0) say("condition-added", `${short(won)} must hold now`);
  if (a.values !== undefined && b.values !== undefined) return;
  compareFormats(missing(a.formats, b.formats), missing(b.formats, a.formats), say);
  comparePatterns(missing(a.patterns, b.patterns), missing(b.patterns, a.patterns), say);
}

function compareFormats(lost: readonly string[], won: readonly string[], say: Comparison["say"]): void {
  const [from, to] = [lost.join(" and "), won.join(" and ")];
  const isSaidOnly = (formats: readonly string[]): boolean => formats.every((format) => SAID_ONLY.includes(format));
  if (lost.length > 0 && won.length > 0) {
    if (isSaidOnly([...lost, ...won])) return;
    if (WITHIN.some(([inner, outer]) => inner === from && outer === to))
      say("format-removed", `was of the format ${from}, is of the wider ${to}`);
    else if (WITHIN.some(([inner, outer]) => inner === to && outer === from))
      say("format-added", `was of the format ${from}, is of the narrower ${to}`);
    else say("format-changed", `was of the format ${from}, is of ${to}`);
  } else if (!isSaidOnly(lost)) say("format-removed", `was of the format ${from}, is of none`);
  else if (!isSaidOnly(won)) say("format-added", `was of no format, is of ${to}`);
}

function comparePatterns(lost: readonly string[], won: readonly string[], say: Comparison["say"]): void {
  if (lost.length > 0 && won.length > 0) say("pattern-changed", `matched ${lost.join(" and ")}, matches ${won.join(" and ")}`);
  else if (lost.length > 0) say("pattern-removed", `need not match ${lost.join(" and ")} any more`);
  else if (won.length > 0) say("pattern-added", `must match ${won.join(" and ")}`);
}

function missing(from: ReadonlySet<string>, to: ReadonlySet<string>): readonly string[] {
  return [...from].filter((each) => !to.has(each));
}

function short(texts: readonly string[]): string {
  const text = texts.join("; ");
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
