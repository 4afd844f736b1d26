import type { Contract, Json } from "@mortise/contract";
import type { CheckExample } from "./check.ts";
import { EXAMPLE_CONTRACT } from "./example-contract.ts";

/** What an example of a check stands for: the example connector with its changes. */
export interface ExampleSubject {
  readonly contract: unknown;
  readonly files?: ReadonlyMap<string, string>;
  readonly previous?: Contract;
}

/** The icon that the example connector names. */
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 2h12v12H2z"/></svg>\n';

/** The example connector with the changes of an example made to it; with files where the example is about files. */
export function exampleSubject({ contract = {}, files, previous }: CheckExample): ExampleSubject {
  return {
    contract: mergePatch(EXAMPLE_CONTRACT as unknown as Json, contract),
    ...(files === undefined && previous === undefined
      ? {}
      : { files: new Map([["icon.svg", ICON], ...Object.entries(files ?? {})]) }),
    ...(previous === undefined
      ? {}
      : { previous: mergePatch(EXAMPLE_CONTRACT as unknown as Json, previous) as unknown as Contract }),
  };
}

/** Applies a JSON Merge Patch (RFC 7396): objects are merged, null removes, everything else replaces. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: { [key: string]: Json } = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return merged;
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
