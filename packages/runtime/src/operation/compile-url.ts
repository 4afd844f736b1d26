import { compileExpression, compileValue, parseText, type Scope } from "@mortise/builders";
import { type Json, MortiseError, type Value } from "@mortise/contract";

/**
 * Compiles `request.url`. In a `$text` every hole is percent-encoded as one path segment (RFC 3986 §2.1), except one at the very start,
 * which is a base URL. A path is joined to `https://` and the first of the contract's hosts.
 */
export function compileUrl(
  url: Value,
  firstHost: string | undefined,
): (scope: Scope, hostOf: (template: string) => string) => URL {
  const write = isText(url) ? compileTemplate(url.$text) : plain(url);
  return (scope, hostOf) => {
    const written = write(scope);
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(written);
    const base = absolute || firstHost === undefined || firstHost === "*" ? undefined : `https://${hostOf(firstHost)}`;
    const parsed = URL.parse(absolute ? written : `${base ?? ""}${written.startsWith("/") ? "" : "/"}${written}`);
    if (parsed === null) {
      throw new MortiseError("MISCONFIGURED", `The request's URL is not absolute: ${JSON.stringify(written.slice(0, 200))}.`, {
        remedy: "Give an address such as https://api.example.com in the connection's settings or in the input.",
      });
    }
    refuseClimbing(written);
    parsed.hash = "";
    return parsed;
  };
}

/**
 * Dot segments (RFC 3986 §5.2.4), also as the URL parser reads them: encoded, behind a backslash, with a tab or line break in between.
 * Data with such a segment would leave the path that the connection or the contract has fixed, and take the credential along.
 */
function refuseClimbing(written: string): void {
  const path = written
    .replaceAll(/[\t\n\r]/g, "")
    .replace(/[?#].*$/s, "")
    .trim();
  if (!path.split(/[/\\]/).some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) return;
  throw new MortiseError("INVALID_INPUT", `The path of ${JSON.stringify(written.slice(0, 200))} climbs with dots.`, {
    remedy: "Write the path without . and .. segments.",
  });
}

function compileTemplate(template: string): (scope: Scope) => string {
  const parsed = parseText(template);
  if (!("pieces" in parsed)) return plain({ $text: template });
  const parts = parsed.pieces.map((piece) => ("text" in piece ? piece.text : compileExpression(piece.source).evaluate));
  const isWhole = parts.map((_, index) => standsAlone(parts[index - 1], parts[index + 1]));
  return (scope) => {
    let text = "";
    for (const [index, part] of parts.entries()) {
      if (typeof part === "string") text += part;
      else if (index === 0) text += baseOf(textOf(part(scope)), typeof parts[1] === "string" ? parts[1] : "");
      else text += segment(textOf(part(scope)), isWhole[index] ?? false);
    }
    return text;
  };
}

type Part = string | ((scope: Scope) => Json);

/** Whether a hole is a segment of its own: between two slashes, or behind the last one; not in the query. */
function standsAlone(before: Part | undefined, after: Part | undefined): boolean {
  if (typeof before !== "string" || !before.endsWith("/")) return false;
  return after === undefined || (typeof after === "string" && /^[/?#]/.test(after));
}

/** A base URL in front of a path: one slash between them. */
const baseOf = (base: string, rest: string): string => (rest.startsWith("/") ? base.replace(/\/+$/, "") : base);

/**
 * One path segment. Dots alone would climb to another path, and the URL parser undoes their encoding; nothing at all would address
 * what stands above, such as the whole list in place of one of its items. Both are refused.
 */
function segment(text: string, isWhole: boolean): string {
  if (text === "." || text === ".." || (text === "" && isWhole)) {
    throw new MortiseError("INVALID_INPUT", `${JSON.stringify(text)} cannot be part of a URL's path.`);
  }
  return encodeURIComponent(text.toWellFormed());
}

function plain(url: Value): (scope: Scope) => string {
  const { evaluate } = compileValue(url);
  return (scope) => textOf(evaluate(scope));
}

function textOf(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isText(value: Value): value is { readonly $text: string } {
  return value !== null && typeof value === "object" && "$text" in value && typeof value.$text === "string";
}
