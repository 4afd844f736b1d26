import { isReference } from "../document/document-set.ts";
import { own, ownText } from "../document/loose.ts";
import { child, entries, items, type Place, placeKey } from "../document/place.ts";
import type { Draft } from "./convert-schema.ts";
import type { SchemaContext } from "./schema-importer.ts";

/**
 * What a discriminator says about the alternatives of its schema, in plain JSON Schema: each one names its value (OpenAPI 3.1 §4.8.25).
 * A value that several alternatives share, or that an alternative declares itself, adds nothing.
 */
export function withDiscriminator(place: Place, draft: Draft, context: SchemaContext): Draft {
  const discriminator = child(place, "discriminator");
  const property = ownText(discriminator?.value, "propertyName");
  const keyword = (["oneOf", "anyOf"] as const).find((key) => Array.isArray(draft[key]));
  if (discriminator === undefined || property === undefined || keyword === undefined) return draft;
  const values = valuesByTarget(discriminator, context);
  const hasMapping = values.size > 0;
  const branches = items(child(place, keyword)).map((branch, index) => {
    const made = (draft[keyword] as readonly unknown[])[index];
    if (!isReference(branch)) return made;
    const target = context.documents.resolve(branch);
    if (target === undefined || declares(target, property)) return made;
    const name = hasMapping ? values.get(placeKey(target)) : [String(own(branch.value, "$ref")).split("/").at(-1) ?? ""];
    if (name === undefined) return made;
    const value = name.length === 1 ? { const: name[0] } : { enum: name };
    return { allOf: [made, { type: "object", required: [property], properties: { [property]: value } }] };
  });
  return { ...draft, [keyword]: branches };
}

function valuesByTarget(discriminator: Place, { documents, dialect }: SchemaContext): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [value, reference] of entries(child(discriminator, "mapping"))) {
    if (typeof reference.value !== "string") continue;
    const pointer = /[#/.]/.test(reference.value)
      ? reference.value
      : `#/${dialect === "2.0" ? "definitions" : "components/schemas"}/${reference.value}`;
    const target = documents.target(reference, pointer);
    const resolved = target && documents.resolve(target);
    if (resolved === undefined) continue;
    const key = placeKey(resolved);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** Whether a schema says itself which values its property takes. */
function declares(target: Place, property: string): boolean {
  const found = child(child(target, "properties") ?? target, property)?.value;
  return own(found, "enum") !== undefined || own(found, "const") !== undefined;
}
