import { getPointer, parsePointer } from "../json-pointer.ts";
import { asJson, asList, asObject, type Loose, own } from "./loose.ts";

/** What a schema says about the place a JSON pointer names. */
export type Found =
  | { readonly kind: "found"; readonly schema: Loose }
  /** The schema leaves the place open: something may be there. */
  | { readonly kind: "open" }
  /** Nothing can be there; `known` are the keys at the last place that exists. */
  | { readonly kind: "missing"; readonly segment: string; readonly known: readonly string[] };

/** Looks a JSON pointer up in a schema, through local `$ref`s and all branches. */
export function schemaAt(root: unknown, pointer: string): Found {
  let places: readonly Loose[] = branches(root, root, 0);
  for (const segment of parsePointer(pointer) ?? []) {
    const next = places.map((place) => child(place, segment));
    const schemas = next.flatMap((found) => (typeof found === "object" ? branches(found, root, 0) : []));
    if (schemas.length === 0) {
      if (next.includes(true) || places.every(isOpen)) return { kind: "open" };
      return { kind: "missing", segment, known: places.flatMap((place) => Object.keys(asObject(place.properties))) };
    }
    places = schemas;
  }
  const [first] = places;
  return first && !isOpen(first) ? { kind: "found", schema: first } : { kind: "open" };
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

function branches(schema: unknown, root: unknown, depth: number): readonly Loose[] {
  const place = asObject(schema);
  if (depth > 20) return [place];
  const target =
    typeof place.$ref === "string" && place.$ref.startsWith("#") ? getPointer(asJson(root), place.$ref.slice(1)) : undefined;
  const others = [
    ...asList(place.anyOf),
    ...asList(place.oneOf),
    ...asList(place.allOf),
    ...(target === undefined ? [] : [target]),
  ];
  return [place, ...others.flatMap((other) => branches(other, root, depth + 1))];
}
