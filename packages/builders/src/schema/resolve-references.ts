import type { Json, JsonSchema } from "@mortise/contract";

type Plain = Json | undefined;

const resolvedOf = new WeakMap<object, JsonSchema>();
/** Parts of schemas that were walked before: the same schemas come back in many scopes. */
const withoutReference = new WeakSet<object>();

/**
 * The schema with its local references (`$ref: "#/…"`) put in place; the same object where there are none. A reference inside of
 * itself, to another document or to nothing becomes `true`: nothing is known there.
 */
export function resolveReferences(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const known = resolvedOf.get(schema);
  if (known !== undefined) return known;
  const resolved = hasReference(schema as Plain)
    ? (inline(schema as Plain, schema as Plain, new Set(), new Map()) as JsonSchema)
    : schema;
  resolvedOf.set(schema, resolved);
  if (typeof resolved === "object") resolvedOf.set(resolved, resolved);
  return resolved;
}

function hasReference(value: Plain): boolean {
  if (typeof value !== "object" || value === null || withoutReference.has(value)) return false;
  const found = Object.entries(value).some(([key, each]) => (key === "$ref" && typeof each === "string") || hasReference(each));
  if (!found) withoutReference.add(value);
  return found;
}

function inline(value: Plain, root: Plain, open: Set<string>, done: Map<string, Json>): Json {
  if (typeof value !== "object" || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map((each) => inline(each, root, open, done));
  const { $ref, $defs, ...rest } = value as { readonly [key: string]: Json };
  const siblings = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, inline(each, root, open, done)]));
  if (typeof $ref !== "string") return siblings;
  const target = reference($ref, root, open, done);
  if (Object.keys(siblings).length === 0) return target;
  if (target === true) return siblings;
  return typeof target === "object" && target !== null && !Array.isArray(target)
    ? { ...target, ...siblings }
    : { allOf: [target, siblings] };
}

function reference(pointer: string, root: Plain, open: Set<string>, done: Map<string, Json>): Json {
  const known = done.get(pointer);
  if (known !== undefined) return known;
  if (open.has(pointer) || !pointer.startsWith("#")) return true;
  const target = follow(pointer.slice(1), root);
  if (target === undefined) return true;
  open.add(pointer);
  const resolved = inline(target, root, open, done);
  open.delete(pointer);
  done.set(pointer, resolved);
  return resolved;
}

function follow(pointer: string, root: Plain): Plain {
  let at = root;
  for (const token of decodeURIComponent(pointer).split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as { readonly [key: string]: Json })[key];
  }
  return at;
}
