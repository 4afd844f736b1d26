import { parseText } from "@mortise/builders";
import type { Contract, HttpRequest, Value } from "@mortise/contract";
import { literalPattern } from "./literal-pattern.ts";

/** The address that an operation calls, as a server sees it. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  /** Host names that it is called by. */
  readonly host: RegExp;
  readonly path: RegExp;
  /** What the groups of `path` hold, in order. */
  readonly holes: readonly Hole[];
  /** The path with `{}` for each hole; undefined where the address is computed as a whole. */
  readonly template?: string;
  /** Parameters that the address itself has. */
  readonly query: URLSearchParams;
  /** Number of literal characters in the path; more of them is the closer match. Below 0: any path. */
  readonly weight: number;
}

/** A hole of a path: the parameter `{name}` of `request.path`, or an expression in the text. */
export type Hole = { readonly name: string } | { readonly source: string };

const ANY = /^.*$/s;

/** The routes of a contract's declarative operations, closest first. */
export function compileRoutes(contract: Contract): readonly Route[] {
  const routes = Object.entries(contract.operations).flatMap(([operation, { request }]) =>
    request === undefined ? [] : [compileRoute(operation, request, contract.hosts[0])],
  );
  return routes.toSorted((a, b) => b.weight - a.weight || a.holes.length - b.holes.length);
}

function compileRoute(operation: string, request: HttpRequest, firstHost: string | undefined): Route {
  const { method, url } = request;
  const pieces = piecesOf(url, request.path !== undefined);
  if (pieces === undefined)
    return { operation, method, host: ANY, path: ANY, holes: [], query: new URLSearchParams(), weight: -1 };
  const { holes, text, isBased } = marked(pieces);
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const parsed = URL.parse(absolute ? text : `https://mortise.invalid${text.startsWith("/") ? "" : "/"}${text}`);
  if (parsed === null) return { operation, method, host: ANY, path: ANY, holes: [], query: new URLSearchParams(), weight: -1 };
  const template = absolute ? hostOf(text) : firstHost;
  const inPath = [...parsed.pathname.matchAll(MARK)].map(([, index]) => Number(index));
  return {
    operation,
    method,
    host: isBased || template === undefined || template === "*" ? ANY : hostPattern(template),
    path: new RegExp(`^${isBased ? ".*?" : ""}${pathPattern(parsed.pathname, mayCross(request))}$`, "s"),
    holes: inPath.flatMap((index) => holes[index] ?? []),
    template: parsed.pathname.replaceAll(MARK, "{}"),
    query: new URLSearchParams(parsed.search.replaceAll(/[?&][^&]*mortisehole\d+x[^&]*/gi, "")),
    weight: parsed.pathname.replaceAll(MARK, "").length,
  };
}

type Piece = string | Hole | { readonly base: true };

/** The address in pieces; undefined where it is computed as a whole. */
function piecesOf(url: Value, named: boolean): readonly Piece[] | undefined {
  if (typeof url === "string") return named ? literalPieces(url) : [url];
  const text = typeof url === "object" && url !== null && "$text" in url ? url.$text : undefined;
  const parsed = typeof text === "string" ? parseText(text) : undefined;
  if (parsed === undefined || !("pieces" in parsed)) return undefined;
  return parsed.pieces.flatMap((piece, index): readonly Piece[] => {
    if ("source" in piece) return [index === 0 ? { base: true } : { source: piece.source }];
    return named ? literalPieces(piece.text) : [piece.text];
  });
}

function literalPieces(text: string): readonly Piece[] {
  return text.split(/(\{[^{}]*\})/).flatMap((part, index): readonly Piece[] => {
    if (index % 2 === 1) return [{ name: part.slice(1, -1) }];
    return part === "" ? [] : [part];
  });
}

/** A mark for each hole that the URL parser leaves alone. */
const MARK = /mortisehole(\d+)x/gi;

function marked(pieces: readonly Piece[]) {
  const holes: Hole[] = [];
  let text = "";
  let isBased = false;
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else if ("base" in piece) isBased = true;
    else text += `mortisehole${holes.push(piece) - 1}x`;
  }
  return { holes, text, isBased };
}

const hostOf = (text: string): string => /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1] ?? "";

function hostPattern(template: string): RegExp {
  const parts = template
    .replace(/:[^:\]]*$/, "")
    .replaceAll(MARK, "{}")
    .split(/\{[^{}]*\}/);
  return new RegExp(`^${parts.map((part) => literalPattern(part.toLowerCase())).join(".*")}$`);
}

function pathPattern(pathname: string, crossing: boolean): string {
  const parts = pathname.split(/mortisehole\d+x/i);
  return parts.map((part) => literalPattern(part)).join(crossing ? "(.+?)" : "([^/]+?)");
}

/** Whether what fills a hole may have slashes. */
function mayCross({ styles }: HttpRequest): boolean {
  return Object.values(styles?.path ?? {}).some(({ allowReserved }) => allowReserved === true);
}
