import type { Json } from "@mortise/contract";

/** How a field gets its value: typed in, taken from earlier data, computed by an expression, or run through a pipeline. */
export type ValueMode = "fixed" | "mapped" | "expression" | "pipeline";

const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\]|\["[^"\\]*"\])*$/;

/** Whether an expression only points at data, such as `steps.load.output.rows[0].id`. */
export function isPath(expression: string): boolean {
  return PATH.test(expression.trim());
}

/** Reads the mode off a stored value; anything that is not `$cel`, `$text` or `$map` is fixed. */
export function modeOf(value: Json | undefined): ValueMode {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "fixed";
  const computed = value as { readonly [key: string]: Json };
  if (Object.keys(computed).length !== 1) return "fixed";
  if (typeof computed.$cel === "string") return isPath(computed.$cel) || computed.$cel === "" ? "mapped" : "expression";
  if (typeof computed.$text === "string") return "mapped";
  return Array.isArray(computed.$map) ? "pipeline" : "fixed";
}

/** A piece of a mapped value: plain text, or a hole that takes data. */
export type Segment = { readonly text: string } | { readonly expression: string };

/** Splits a mapped value into its pieces. Holes end at the brace that matches, also inside quotes and nested braces. */
export function readSegments(value: Json | undefined): readonly Segment[] {
  if (typeof value === "string") return value === "" ? [] : [{ text: value }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const { $cel, $text } = value as { readonly $cel?: Json; readonly $text?: Json };
  if (typeof $cel === "string") return $cel === "" ? [] : [{ expression: $cel }];
  return typeof $text === "string" ? splitTemplate($text) : [];
}

/** Splits a `$text` template. A `${` that never closes stays text. */
export function splitTemplate(template: string): readonly Segment[] {
  const segments: Segment[] = [];
  let rest = template;
  for (;;) {
    const start = rest.indexOf("${");
    const end = start < 0 ? -1 : closingBrace(rest, start + 2);
    if (end < 0) return rest === "" ? segments : [...segments, { text: rest }];
    if (start > 0) segments.push({ text: rest.slice(0, start) });
    segments.push({ expression: rest.slice(start + 2, end) });
    rest = rest.slice(end + 1);
  }
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (quote !== undefined) {
      if (char === "\\") at++;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "{") depth++;
    else if (char === "}" && depth-- === 0) return at;
  }
  return -1;
}

/** Joins pieces to the value that is stored: one hole alone keeps its type (`$cel`), text alone is a literal, a mixture is `$text`. */
export function writeSegments(segments: readonly Segment[]): Json {
  const kept = segments.filter((segment) => !("text" in segment) || segment.text !== "");
  const [only, ...others] = kept;
  if (only === undefined) return { $cel: "" };
  if (others.length === 0 && "expression" in only) return { $cel: only.expression };
  if (kept.every((segment) => "text" in segment))
    return { $text: kept.map((segment) => ("text" in segment ? segment.text : "")).join("") };
  return { $text: kept.map((segment) => ("text" in segment ? segment.text : `\${${segment.expression}}`)).join("") };
}

/** The words that a pill shows for an expression: the end of the path, and the step it comes from. */
export function describePath(expression: string): { readonly label: string; readonly source?: string } {
  const text = expression.trim();
  if (!isPath(text)) return { label: text };
  const parts = text.replaceAll(/\["([^"]*)"\]/g, ".$1").split(".");
  const label = parts.at(-1) ?? text;
  if (parts[0] === "steps" && parts[1] !== undefined)
    return { label: parts.length > 3 ? label : (parts[1] ?? label), source: parts[1] };
  return parts.length === 1 ? { label } : { label, source: parts[0] };
}
