import type { Json } from "@mortise/contract";
import { celPath, textValue } from "../imported-workflow.ts";

/** Where data of other nodes is found in the workflow. */
export interface DataPlaces {
  /** What `$json` is here, as CEL; undefined: nothing comes in. */
  readonly incoming: string | undefined;
  /** The output of a node by its name in n8n, as CEL; undefined: it has none. */
  of(node: string): string | undefined;
}

/** A parameter as a value, and what of it could not be taken over. */
export interface Translated {
  readonly value: Json;
  readonly toDo: readonly string[];
}

/** Translates a parameter: texts that begin with `=` are templates with JavaScript in `{{ }}`; paths and a few calls become CEL. */
export function translate(value: unknown, places: DataPlaces): Translated {
  if (typeof value === "string") return value.startsWith("=") ? template(value.slice(1), places) : { value, toDo: [] };
  if (Array.isArray(value)) {
    const all = value.map((each) => translate(each, places));
    return { value: all.map((each) => each.value), toDo: all.flatMap((each) => each.toDo) };
  }
  if (typeof value === "object" && value !== null) {
    const all = Object.entries(value).map(([key, each]) => [key, translate(each, places)] as const);
    return {
      value: Object.fromEntries(all.map(([key, each]) => [key, each.value])),
      toDo: all.flatMap(([, each]) => each.toDo),
    };
  }
  return { value: (value ?? null) as Json, toDo: [] };
}

function template(text: string, places: DataPlaces): Translated {
  const toDo: string[] = [];
  const pieces: (string | { readonly cel: string })[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
    if (match.index > at) pieces.push(text.slice(at, match.index));
    const source = (match[1] ?? "").trim();
    const cel = celOf(source, places);
    if (cel === undefined) toDo.push(`The expression {{ ${source} }} is JavaScript: write it as CEL.`);
    // Said in the step's note, and nothing is computed of it.
    pieces.push(cel === undefined ? `{{ ${source} }}` : { cel });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return { value: textValue(pieces), toDo };
}

const PATH = String.raw`((?:\??\.[A-Za-z_$][\w$]*|\[\d+\]|\["[^"\\]*"\]|\['[^'\\]*'\])*)`;
const SOURCES: readonly (readonly [RegExp, (match: RegExpExecArray, places: DataPlaces) => string | undefined])[] = [
  [new RegExp(`^\\$json${PATH}$`), (_, { incoming }) => incoming],
  [new RegExp(`^\\$input\\.(?:item|first\\(\\)|last\\(\\))\\.json${PATH}$`), (_, { incoming }) => incoming],
  [new RegExp(`^\\$node\\[["']([^"']+)["']\\]\\.json${PATH}$`), ([, name = ""], places) => places.of(name)],
  [
    new RegExp(`^\\$\\(["']([^"']+)["']\\)\\.(?:item|first\\(\\)|last\\(\\))\\.json${PATH}$`),
    ([, name = ""], places) => places.of(name),
  ],
];

/** Calls at the end of a path that CEL has under another name. */
const CALLS: readonly (readonly [string, (cel: string) => string])[] = [
  [".toLowerCase()", (cel) => `${cel}.lowerAscii()`],
  [".toUpperCase()", (cel) => `${cel}.upperAscii()`],
  [".trim()", (cel) => `${cel}.trim()`],
  [".toString()", (cel) => `string(${cel})`],
  [".length", (cel) => `size(${cel})`],
];

/** One JavaScript expression as CEL, where it is a path, a literal or one of a few calls; undefined: it is more than that. */
export function celOf(source: string, places: DataPlaces): string | undefined {
  if (source === "$execution.id") return "run.id";
  if (/^-?\d+(?:\.\d+)?$|^(?:true|false|null)$/.test(source)) return source;
  const quoted = /^"([^"\\]*)"$|^'([^'\\]*)'$/.exec(source);
  if (quoted) return JSON.stringify(quoted[1] ?? quoted[2] ?? "");
  for (const [call, cel] of CALLS) {
    const inner = source.endsWith(call) ? celOf(source.slice(0, -call.length), places) : undefined;
    if (inner !== undefined) return cel(inner);
  }
  for (const [pattern, rootOf] of SOURCES) {
    const match = pattern.exec(source);
    const root = match ? rootOf(match, places) : undefined;
    if (match && root !== undefined) return celPath(root, pathOf(match.at(-1) ?? ""));
  }
  const binary = /^(.+?)\s*(===?|!==?|>=|<=|>|<|\+|-|\*|\/|%|&&|\|\|)\s*(.+)$/.exec(source);
  if (!binary) return undefined;
  const [left, right] = [celOf(binary[1] ?? "", places), celOf(binary[3] ?? "", places)];
  if (left === undefined || right === undefined) return undefined;
  return `${left} ${(binary[2] ?? "").replace(/^(=|!)==?$/, "$1=")} ${right}`;
}

function pathOf(text: string): readonly (string | number)[] {
  return [...text.matchAll(/\??\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/g)].map(([, name, index, a, b]) =>
    index === undefined ? (name ?? a ?? b ?? "") : Number(index),
  );
}
