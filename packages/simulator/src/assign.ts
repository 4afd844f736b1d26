import type { Json } from "@mortise/contract";
import type { Assignment } from "./invert-value.ts";

type Tree = { [key: string]: Json | Tree };

/** Builds a value from what has to be at its places; a place inside of another adds to it. */
export function assign(assignments: readonly Assignment[], root: string): Json | undefined {
  const own = assignments.filter((each) => each.root === root).toSorted((a, b) => a.path.length - b.path.length);
  return own.reduce<Json | undefined>((value, { path, value: added }) => setAt(value, path, added), undefined);
}

/** A copy of a value with something at a path; what is missing on the way becomes an object, a list stays one. */
export function setAt(value: Json | undefined, path: readonly string[], added: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return added;
  if (Array.isArray(value)) {
    const list = [...(value as readonly Json[])];
    list[Number(key)] = setAt(list[Number(key)], rest, added);
    return list;
  }
  const object = (typeof value === "object" && value !== null ? value : {}) as Tree;
  return { ...object, [key]: setAt(Object.hasOwn(object, key) ? (object[key] as Json) : undefined, rest, added) } as Json;
}

/** A copy of a value without what is at a path. */
export function removeAt(value: Json, path: readonly string[]): Json {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const object = value as { readonly [key: string]: Json };
  if (!Object.hasOwn(object, key)) return value;
  const { [key]: found, ...others } = object;
  return rest.length === 0 ? others : { ...object, [key]: removeAt(found ?? null, rest) };
}
