import { parseText } from "@mortise/builders";
import type { Json, JsonObject, Value } from "@mortise/contract";
import { setAt } from "./assign.ts";
import { type ValuePath, valuePath } from "./value-path.ts";

/** What has to be at a place for a value to come to what was seen. */
export interface Assignment extends ValuePath {
  readonly value: Json;
}

/** A value of a contract, read backwards: from what it came to, to what it was made from. */
export interface InvertedValue {
  /** Places that it reads as they are. */
  readonly reads: readonly ValuePath[];
  /** Whether those are all that it reads. */
  readonly isComplete: boolean;
  solve(seen: Json): readonly Assignment[];
}

const NOTHING: InvertedValue = { reads: [], isComplete: true, solve: () => [] };
const UNKNOWN: InvertedValue = { reads: [], isComplete: false, solve: () => [] };

/** Inverts literals, paths, texts with one hole, objects and lists of those, and pipelines that pick or rename. */
export function invertValue(value: Value): InvertedValue {
  if (typeof value !== "object" || value === null) return NOTHING;
  if (isList(value)) return joined(value.map((each, index) => [String(index), invertValue(each)]));
  if (typeof value.$cel === "string") return invertPath(value.$cel);
  if (typeof value.$text === "string") return invertText(value.$text);
  if (value.$map !== undefined) return isList(value.$map) ? invertPipeline(value.$map) : UNKNOWN;
  return joined(Object.entries(value).map(([key, each]) => [key, invertValue(each)]));
}

function invertPath(expression: string): InvertedValue {
  const found = valuePath(expression);
  if (found === undefined) return invertMapping(expression) ?? UNKNOWN;
  const nullIsAbsent = /\.orValue\(null\)\s*$/.test(expression);
  return {
    reads: [found],
    isComplete: true,
    solve: (seen) => (seen === null && nullIsAbsent ? [] : [{ ...found, value: seen }]),
  };
}

const MAPPING = /^(.+?)\.map\(\s*([A-Za-z_]\w*)\s*,\s*\{(.*)\}\s*\)$/s;
const ENTRY = /^\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*:\s*(.+)$/s;

/** `list.map(each, {"key": each.path, …})`: what the items of the list were, as far as the entries are paths into them. */
function invertMapping(expression: string): InvertedValue | undefined {
  const [, list, name, body] = MAPPING.exec(expression.trim()) ?? [];
  const place = list === undefined ? undefined : valuePath(list);
  const entries = (body ?? "").split(",").map((text) => ENTRY.exec(text));
  if (place === undefined || entries.some((entry) => entry === null)) return undefined;
  const paths = entries.flatMap((entry) => {
    const found = valuePath(entry?.[3] ?? "");
    return found?.root === name && found !== undefined ? [{ key: entry?.[1] ?? entry?.[2] ?? "", path: found.path }] : [];
  });
  const back = (item: Json): Json =>
    paths.reduce<Json>(
      (made, { key, path }) => (isObject(item) && item[key] !== undefined ? setAt(made, path, item[key]) : made),
      {},
    );
  return { reads: [place], isComplete: true, solve: (seen) => (isList(seen) ? [{ ...place, value: seen.map(back) }] : []) };
}

/** A text with one hole: what is left between its beginning and its end. */
function invertText(template: string): InvertedValue {
  const parsed = parseText(template);
  if (!("pieces" in parsed)) return UNKNOWN;
  const holes = parsed.pieces.filter((piece) => "source" in piece);
  if (holes.length === 0) return NOTHING;
  const [hole] = holes;
  const inner = holes.length === 1 && hole !== undefined ? invertPath(hole.source) : UNKNOWN;
  if (!inner.isComplete) return UNKNOWN;
  const at = parsed.pieces.findIndex((piece) => "source" in piece);
  const textOf = (pieces: typeof parsed.pieces): string => pieces.map((piece) => ("text" in piece ? piece.text : "")).join("");
  const before = textOf(parsed.pieces.slice(0, at));
  const after = textOf(parsed.pieces.slice(at + 1));
  const solve = (seen: Json): readonly Assignment[] => {
    if (typeof seen !== "string" || !seen.startsWith(before) || !seen.endsWith(after)) return [];
    return inner.solve(seen.slice(before.length, seen.length - after.length));
  };
  return { ...inner, solve };
}

/** Steps that keep or rename fields, from the last to the first, then the source. */
function invertPipeline(steps: readonly Json[]): InvertedValue {
  const [first, ...rest] = steps;
  const from = isObject(first) ? first.from : undefined;
  const backwards = rest.map(invertStep);
  if (from === undefined || backwards.some((step) => step === undefined)) return UNKNOWN;
  const source = invertValue(from);
  const solve = (seen: Json) => source.solve(backwards.reduceRight<Json>((value, step) => step?.(value) ?? value, seen));
  return { ...source, solve };
}

function invertStep(step: Json): ((value: Json) => Json) | undefined {
  if (!isObject(step)) return undefined;
  if (step.pick !== undefined) return (value) => value;
  const renamed = isObject(step.rename) && isObject(step.rename.fields) ? step.rename.fields : undefined;
  if (renamed === undefined) return undefined;
  const old = new Map(Object.entries(renamed).flatMap(([before, after]) => (typeof after === "string" ? [[after, before]] : [])));
  const back = (record: JsonObject): Json =>
    Object.fromEntries(Object.entries(record).map(([key, each]) => [old.get(key) ?? key, each]));
  return (value) =>
    isList(value) ? value.map((each) => (isObject(each) ? back(each) : each)) : isObject(value) ? back(value) : value;
}

function joined(parts: readonly (readonly [key: string, part: InvertedValue])[]): InvertedValue {
  return {
    reads: parts.flatMap(([, part]) => part.reads),
    isComplete: parts.every(([, part]) => part.isComplete),
    solve: (seen) =>
      parts.flatMap(([key, part]) => {
        const found = memberOf(seen, key);
        return found === undefined ? [] : part.solve(found);
      }),
  };
}

function memberOf(value: Json, key: string): Json | undefined {
  if (isList(value)) return value[Number(key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
