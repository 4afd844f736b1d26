import type { Json, JsonSchema } from "@mortise/contract";

type Plain = Json | undefined;

const resolvedOf = new WeakMap<object, JsonSchema>();
/** Parts of schemas that were walked before: the same schemas come back in many scopes. */
const withoutReference = new WeakSet<object>();

/** How many references may stand inside of each other; fewer where the schema would grow beyond {@link MAX_PARTS}. */
const DEPTHS = [24, 8, 5, 3, 2, 1];
/** Parts of a resolved schema: what is handed to people and pages has to stay small. */
const MAX_PARTS = 20_000;

/**
 * The schema with its local references (`$ref: "#/…"`) put in place; the same object where there are none. A reference inside of
 * itself, to another document or to nothing becomes `true`: nothing is known there. So does what lies too deep in schemas that refer
 * to each other without end, as those of large vendors do.
 */
export function resolveReferences(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const known = resolvedOf.get(schema);
  if (known !== undefined) return known;
  const resolved = hasReference(schema as Plain) ? withinBounds(schema) : schema;
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

function withinBounds(schema: JsonSchema): JsonSchema {
  for (const depth of DEPTHS) {
    const resolution = { root: schema as Plain, open: new Set<string>(), depth, parts: 0 };
    const resolved = inline(schema as Plain, resolution);
    if (resolved !== undefined) return resolved as JsonSchema;
  }
  return true;
}

interface Resolution {
  readonly root: Plain;
  /** References that are being put in place. */
  readonly open: Set<string>;
  readonly depth: number;
  parts: number;
}

/** The value with its references put in place; undefined where it has grown too large. */
function inline(value: Plain, resolution: Resolution): Plain {
  if (typeof value !== "object" || value === null) return value ?? null;
  resolution.parts += 1;
  if (resolution.parts > MAX_PARTS) return undefined;
  if (Array.isArray(value)) {
    const list: Json[] = [];
    for (const each of value as readonly Json[]) {
      const inside = inline(each, resolution);
      if (inside === undefined) return undefined;
      list.push(inside);
    }
    return list;
  }
  const { $ref, $defs, ...rest } = value as { readonly [key: string]: Json };
  const siblings: { [key: string]: Json } = {};
  for (const [key, each] of Object.entries(rest)) {
    const inside = inline(each, resolution);
    if (inside === undefined) return undefined;
    siblings[key] = inside;
  }
  if (typeof $ref !== "string") return siblings;
  const target = reference($ref, resolution);
  if (target === undefined) return undefined;
  if (Object.keys(siblings).length === 0) return target;
  if (target === true) return siblings;
  return typeof target === "object" && target !== null && !Array.isArray(target)
    ? { ...target, ...siblings }
    : { allOf: [target, siblings] };
}

function reference(pointer: string, resolution: Resolution): Plain {
  const { open, root, depth } = resolution;
  if (open.has(pointer) || open.size >= depth || !pointer.startsWith("#")) return true;
  const target = follow(pointer.slice(1), root);
  if (target === undefined) return true;
  open.add(pointer);
  const resolved = inline(target, resolution);
  open.delete(pointer);
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
