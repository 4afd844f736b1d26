import { elementOf } from "@mortise/builders";
import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import type { ValueTypes } from "./core-node.ts";

/** What a value sees that is computed for every item of the list in this parameter. */
export function perItem(list: string): (types: ValueTypes) => { readonly [name: string]: JsonSchema } {
  return (types) => ({ item: elementOf(types.of(list)), index: { type: "integer", minimum: 0 } });
}

/** A computed value as a list. Throws `WRONG_TYPE` for anything else. */
export function listOf(value: Json, param: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  const found = value === null ? "nothing (null)" : typeof value;
  throw new MortiseError("WRONG_TYPE", `"${param}" has to be a list, found ${found}.`);
}
