import type { JsonSchema } from "@mortise/contract";
import { isObject, own, ownText } from "../document/loose.ts";
import { entries, type Place } from "../document/place.ts";
import { convertSchema, type Draft, type Inherited } from "./convert-schema.ts";
import type { SchemaContext } from "./schema-importer.ts";
import { secretByName } from "./secret-name.ts";

/** What became of the names of properties. */
export interface Renaming {
  readonly gone: ReadonlySet<string>;
  readonly renamed: ReadonlyMap<string, string>;
}

/** The `properties` of an object: without those that this side of the wire does not have, under the names that they have on it. */
export function convertProperties(part: Place, draft: Draft, context: SchemaContext, inherited: Inherited): Renaming | undefined {
  if (!isObject(part.value)) {
    context.findings.add("warning", "WRONG_TYPE", part, `"properties": expected an object of schemas; it was left out`);
    return undefined;
  }
  const unwanted = context.flavour.direction === "in" ? "readOnly" : "writeOnly";
  const gone = new Set<string>();
  const renamed = new Map<string, string>();
  const made: { [name: string]: unknown } = Object.create(null);
  for (const [name, property] of entries(part)) {
    const resolved = context.documents.resolve(property)?.value;
    if (inherited.dropped.has(name) || own(property.value, unwanted) === true || own(resolved, unwanted) === true) {
      gone.add(name);
      continue;
    }
    const schema = marked(name, convertSchema(property, context, { depth: inherited.depth, dropped: new Set() }), resolved);
    const [key, value] = context.flavour.xml
      ? inXml(name, schema, own(property.value, "xml") ?? own(resolved, "xml"), resolved)
      : [name, schema];
    if (key !== name) renamed.set(name, key);
    made[key] = value;
  }
  draft.properties = Object.fromEntries(Object.entries(made));
  return { gone, renamed };
}

/** Marks secrets by their names, as far as they are text. */
function marked(name: string, schema: JsonSchema, resolved: unknown): JsonSchema {
  const secret = secretByName(name);
  if (secret === undefined || !isObject(schema)) return schema;
  const types = [own(resolved, "type")].flat();
  const isText = types.includes("string") || types.every((type) => type === undefined);
  return Object.assign(schema, { "x-secret": secret && isText });
}

/** Name and shape of a property as an XML element or attribute (OpenAPI 3.1 §4.8.26). */
function inXml(name: string, schema: JsonSchema, xml: unknown, resolved: unknown): readonly [name: string, schema: JsonSchema] {
  const wanted = ownText(xml, "name") ?? name;
  if (own(xml, "attribute") === true) return [`@${wanted}`, schema];
  if (own(resolved, "type") !== "array") return [wanted, schema];
  const item = ownText(own(own(resolved, "items"), "xml"), "name");
  if (own(xml, "wrapped") !== true) return [item ?? wanted, schema];
  return [wanted, { type: "object", properties: { [item ?? wanted]: schema } }];
}
