import { getPointer, parsePointer } from "../json-pointer.ts";
import { sharedName } from "../self-contained.ts";
import { asJson, asList, asObject, type Loose, own } from "./loose.ts";

/** What a schema says about the place a JSON pointer names. */
export type Found =
  | { readonly kind: "found"; readonly schema: Loose }
  /** The schema leaves the place open: something may be there. */
  | { readonly kind: "open" }
  /** Nothing can be there; `known` are the keys at the last place that exists. */
  | { readonly kind: "missing"; readonly segment: string; readonly known: readonly string[] };

/** Looks a JSON pointer up in a schema, through local and shared `$ref`s and all branches. */
export function schemaAt(root: unknown, pointer: string, shared?: unknown): Found {
  let places: readonly Loose[] = branches(root, { own: root, shared });
  for (const segment of parsePointer(pointer) ?? []) {
    const next = places.map((place) => child(place, segment));
    const schemas = next.flatMap((found) => (typeof found === "object" ? branches(found, { own: root, shared }) : []));
    if (schemas.length === 0) {
      if (next.includes(true) || places.every(isOpen)) return { kind: "open" };
      return { kind: "missing", segment, known: places.flatMap((place) => Object.keys(asObject(place.properties))) };
    }
    places = schemas;
  }
  const first = places.find((place) => place.$ref === undefined && !isOpen(place));
  return first ? { kind: "found", schema: first } : { kind: "open" };
}

/** A schema that says nothing about what may be there. */
export function isOpen(schema: Loose): boolean {
  return ![
    "type",
    "properties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "additionalProperties",
    "not",
  ].some((key) => Object.hasOwn(schema, key));
}

function child(schema: Loose, segment: string): Loose | boolean | undefined {
  const property = own(schema.properties, segment);
  if (property !== undefined) return orTrue(property);
  if (/^\d+$/.test(segment)) {
    const item = asList(schema.prefixItems)[Number(segment)] ?? schema.items;
    if (item !== undefined) return orTrue(item);
    if (schema.type === "array") return true;
  }
  if (schema.additionalProperties !== undefined) return orTrue(schema.additionalProperties);
  return schema.type === "object" && schema.properties === undefined ? true : undefined;
}

function orTrue(schema: unknown): Loose | boolean | undefined {
  return schema === false ? undefined : schema === true ? true : asObject(schema);
}

/** The schema and every schema that may hold in its place; each once, so that circles end. */
function branches(schema: unknown, root: { readonly own: unknown; readonly shared: unknown }): readonly Loose[] {
  const seen = new Set<Loose>();
  const open: Loose[] = [asObject(schema)];
  for (let place = open.shift(); place !== undefined && seen.size < 500; place = open.shift()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const target = typeof place.$ref === "string" ? targetOf(place.$ref, root) : undefined;
    const others = [...asList(place.anyOf), ...asList(place.oneOf), ...asList(place.allOf)];
    open.push(...others.map(asObject), ...(target === undefined ? [] : [asObject(target)]));
  }
  return [...seen];
}

function targetOf(reference: string, root: { readonly own: unknown; readonly shared: unknown }): unknown {
  const shared = sharedName(reference);
  if (shared !== undefined) return own(root.shared, shared);
  return reference.startsWith("#") ? getPointer(asJson(root.own), reference.slice(1)) : undefined;
}
