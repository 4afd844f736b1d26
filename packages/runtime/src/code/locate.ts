import { SourceMap, type SourceMapPayload } from "node:module";
import type { CodePlace } from "@mortise/contract";
import type { CodeBundle } from "@mortise/sdk";

const maps = new WeakMap<CodeBundle, SourceMap | null>();

/** Where a place of a bundle's script is in the author's sources (ECMA-426). Undefined: the map does not say. */
export function locate(bundle: CodeBundle, line: number, column: number): CodePlace | undefined {
  let map = maps.get(bundle);
  if (map === undefined) {
    map = read(bundle.map);
    maps.set(bundle, map);
  }
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry) || typeof entry.originalSource !== "string") return undefined;
  return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function read(text: string | undefined): SourceMap | null {
  try {
    return text === undefined ? null : new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return null;
  }
}
