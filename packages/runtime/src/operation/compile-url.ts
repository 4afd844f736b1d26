import { compileExpression, compileValue, parseText, type Scope } from "@mortise/builders";
import { type HttpRequest, type Json, type JsonObject, MortiseError, type Value } from "@mortise/contract";
import { pathParameter } from "./parameters/path-parameter.ts";

/** The parts of a request that its URL comes from. */
export type UrlSpec = Pick<HttpRequest, "url" | "path" | "styles">;

/**
 * Works out a URL, which is not to be changed: the next call may get the same one. `path` overrides values of the request's own `path`, such
 * as the number of a page.
 */
export type UrlOf = (scope: Scope, hostOf: (template: string) => string, path?: JsonObject) => URL;

/**
 * Compiles `request.url`. In a `$text` every hole is percent-encoded as one path segment (RFC 3986 §2.1), except one at the very start,
 * which is a base URL. Next to `path`, `{name}` in the literal text is a hole written in its style. A path is joined to `https://` and
 * the first of the contract's hosts.
 */
export function compileUrl(request: UrlSpec, firstHost: string | undefined): UrlOf {
  const write = compileWriter(request);
  /** Many calls have the address of the one before. */
  let last: { readonly text: string; readonly url: URL } | undefined;
  return (scope, hostOf, path) => {
    const written = write(scope, path);
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(written);
    const base = absolute || firstHost === undefined || firstHost === "*" ? undefined : `https://${hostOf(firstHost)}`;
    const text = absolute ? written : `${base ?? ""}${written.startsWith("/") ? "" : "/"}${written}`;
    if (last?.text === text) return last.url;
    const url = URL.parse(text);
    if (url === null) {
      throw new MortiseError("MISCONFIGURED", `The request's URL is not absolute: ${JSON.stringify(written.slice(0, 200))}.`, {
        remedy: "Give an address such as https://api.example.com in the connection's settings or in the input.",
      });
    }
    refuseClimbing(written);
    url.hash = "";
    last = { text, url };
    return url;
  };
}

/** What a path has where one of its segments may be dots. */
const MAY_CLIMB = /[\t\n\r]|(?:^|[/\\])\s*(?:\.|%2e)/i;

/**
 * Dot segments (RFC 3986 §5.2.4), also as the URL parser reads them: encoded, behind a backslash, with a tab or line break in between.
 * Data with such a segment would leave the path that the connection or the contract has fixed, and take the credential along.
 */
function refuseClimbing(written: string): void {
  if (!MAY_CLIMB.test(written)) return;
  const path = written
    .replaceAll(/[\t\n\r]/g, "")
    .replace(/[?#].*$/s, "")
    .trim();
  if (!path.split(/[/\\]/).some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) return;
  throw new MortiseError("INVALID_INPUT", `The path of ${JSON.stringify(written.slice(0, 200))} climbs with dots.`, {
    remedy: "Write the path without . and .. segments.",
  });
}

type Writer = (scope: Scope, path: JsonObject | undefined) => string;

function compileWriter({ url, path, styles }: UrlSpec): Writer {
  const parsed = isText(url) ? parseText(url.$text) : { pieces: [{ text: typeof url === "string" ? url : "" }] };
  if (!("pieces" in parsed) || (!isText(url) && (typeof url !== "string" || path === undefined))) return plain(url);
  const valuesOf = compileValue(path ?? {});
  const parts = parsed.pieces.flatMap((piece): readonly Part[] => {
    if ("source" in piece) return [{ kind: "hole", evaluate: compileExpression(piece.source).evaluate }];
    return path === undefined ? [piece.text] : literalParts(piece.text, styles?.path);
  });
  const isWhole = parts.map((_, index) => standsAlone(parts[index - 1], parts[index + 1]));
  return (scope, overrides) => {
    const values = path === undefined ? undefined : { ...(valuesOf.evaluate(scope) as JsonObject), ...overrides };
    let text = "";
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as Part;
      if (typeof part === "string") text += part;
      else if (part.kind === "parameter") text += styled(part.write(fillerOf(part.name, values)), isWhole[index] ?? false);
      else if (index > 0) text += segment(textOf(part.evaluate(scope)), isWhole[index] ?? false);
      else text += baseOf(textOf(part.evaluate(scope)), typeof parts[1] === "string" ? parts[1] : "");
    }
    return text;
  };
}

type Part =
  | string
  | { readonly kind: "hole"; readonly evaluate: (scope: Scope) => Json }
  | { readonly kind: "parameter"; readonly name: string; readonly write: (value: Json) => string };

/** Takes `/pets/{petId}` apart. */
function literalParts(text: string, styles: NonNullable<HttpRequest["styles"]>["path"]): readonly Part[] {
  return text.split(/(\{[^{}]*\})/).flatMap((part, index): readonly Part[] => {
    if (index % 2 === 0) return part === "" ? [] : [part];
    const name = part.slice(1, -1);
    const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
    return [{ kind: "parameter", name, write: pathParameter(name, style) }];
  });
}

function fillerOf(name: string, values: JsonObject | undefined): Json {
  const value = values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined && value !== null) return value;
  throw new MortiseError("INVALID_INPUT", `The URL needs a value for {${name}}, and there is none.`);
}

/** Whether a hole is a segment of its own: between two slashes, or behind the last one; not in the query. */
function standsAlone(before: Part | undefined, after: Part | undefined): boolean {
  if (typeof before !== "string" || !before.endsWith("/")) return false;
  return after === undefined || (typeof after === "string" && /^[/?#]/.test(after));
}

/** A base URL in front of a path: one slash between them. */
const baseOf = (base: string, rest: string): string =>
  base.endsWith("/") && rest.startsWith("/") ? base.replace(/\/+$/, "") : base;

/**
 * One path segment. Dots alone would climb to another path, and the URL parser undoes their encoding; nothing at all would address
 * what stands above, such as the whole list in place of one of its items. Both are refused.
 */
function segment(text: string, isWhole: boolean): string {
  if (text === "." || text === ".." || (text === "" && isWhole)) throw refused(text);
  return encodeURIComponent(text.toWellFormed());
}

/** The same for what a style has written; where it may hold slashes, these must not make an empty segment either. */
function styled(text: string, isWhole: boolean): string {
  const isEmpty = isWhole && (text === "" || text.startsWith("/"));
  if (text === "." || text === ".." || isEmpty || text.includes("//")) throw refused(text);
  return text;
}

function refused(text: string): MortiseError {
  return new MortiseError("INVALID_INPUT", `${JSON.stringify(text)} cannot be part of a URL's path.`);
}

function plain(url: Value): Writer {
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
