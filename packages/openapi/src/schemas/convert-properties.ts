import type { JsonSchema } from "@mortise/contract";
import { isObject, own } from "../document/loose.ts";
import { entries, type Place } from "../document/place.ts";
import { convertSchema, type Draft, type Inherited } from "./convert-schema.ts";
import type { SchemaContext } from "./schema-importer.ts";
import { secretByName } from "./secret-name.ts";
import { type XmlFacts, xmlFacts } from "./xml-facts.ts";

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
    const [key, value] = context.flavour.xml ? inXml(name, schema, xmlFacts(property, context.documents)) : [name, schema];
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

/** Name and shape of a property as an XML element or attribute. */
function inXml(name: string, schema: JsonSchema, facts: XmlFacts | undefined): readonly [name: string, schema: JsonSchema] {
  if (facts === undefined) return [name, schema];
  const own = facts.name ?? name;
  if (facts.isAttribute) return [`@${own}`, schema];
  if (!facts.isList) return [own, schema];
  if (!facts.isWrapped) return [facts.item ?? own, schema];
  return [own, { type: "object", properties: { [facts.item ?? own]: schema } }];
}
