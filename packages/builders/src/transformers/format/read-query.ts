import type { Json } from "@mortise/contract";
import { setField } from "../records.ts";

/** The names and values of a query string (WHATWG URL, application/x-www-form-urlencoded). */
export function readQuery(text: string, lists: ReadonlySet<string>): { readonly [name: string]: Json } {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text.replace(/^\?/, ""))) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const made: { [name: string]: Json } = {};
  for (const [name, all] of values) setField(made, name, all.length > 1 || lists.has(name) ? all : (all[0] ?? ""));
  return made;
}
