/**
 * Turns the schemas of a document into those of a contract, each that is referred to once.
 *
 * Owns: the names and contents of the shared schemas, and what waits until all are known.
 * Does not own: the document, the findings.
 * Talks to: DocumentSet, SchemaFacts.
 * Invariants:
 *   S1. A place of the document becomes one shared schema for each way that it reads (see Flavour), whatever leads to it.
 *   S2. No shared schema refers to itself about the same value, directly or through others, once `finish` was called.
 *   S3. Work grows with the size of the document, not with the number of ways through it.
 */
import { type JsonSchema, parsePointer } from "@mortise/contract";
import type { DocumentSet } from "../document/document-set.ts";
import type { Findings } from "../document/findings.ts";
import { isObject, own } from "../document/loose.ts";
import { type Place, placeKey } from "../document/place.ts";
import { breakCircles } from "./break-circles.ts";
import { convertSchema, type Draft } from "./convert-schema.ts";
import { dropBadDefaults, type PendingDefault } from "./drop-bad-defaults.ts";
import type { Flavour } from "./flavour.ts";
import { createSchemaFacts, flavourSuffix, type SchemaFacts } from "./schema-facts.ts";
import { createUniqueNames } from "./unique-names.ts";

/** OpenAPI's dialects of JSON Schema, told apart where they read the same words differently. */
export type Dialect = "2.0" | "3.0" | "3.1";

/** What a conversion needs from its surroundings. */
export interface SchemaContext {
  readonly dialect: Dialect;
  readonly documents: DocumentSet;
  readonly findings: Findings;
  readonly facts: SchemaFacts;
  readonly flavour: Flavour;
  /** Defaults to be tried once every schema is known. */
  readonly defaults: PendingDefault[];
  /** Says what a dynamic source (`x-ms-dynamic-…`) of a field comes to, to be filled in at the end. */
  readonly sources: DynamicSource[];
  /** The reference to the shared schema that stands for a place. */
  reference(target: Place): string;
}

/** A field whose choices or shape an operation gives. */
export interface DynamicSource {
  readonly draft: Draft;
  readonly place: Place;
}

/** Turns schemas of a document into JSON Schema 2020-12; what is referred to becomes a shared schema of the contract. */
export interface SchemaImporter {
  readonly sources: readonly DynamicSource[];
  convert(place: Place, flavour: Flavour): JsonSchema;
  /** Shares a schema that is in no document. Returns its `$ref`. */
  share(name: string, schema: JsonSchema): string;
  /** The schema itself, where it is a reference to a shared one; through several. Undefined where it is `false` or in a circle. */
  look(schema: JsonSchema | undefined): Draft | undefined;
  /** Finishes what is still open and returns every shared schema. */
  finish(): { readonly [name: string]: JsonSchema };
}

/** An importer for one document. */
export function createSchemaImporter(documents: DocumentSet, dialect: Dialect, findings: Findings): SchemaImporter {
  const facts = createSchemaFacts(documents);
  const names = createUniqueNames();
  const nameOf = new Map<string, string>();
  const schemas = new Map<string, JsonSchema>();
  const open: { readonly name: string; readonly place: Place; readonly flavour: Flavour }[] = [];
  const defaults: PendingDefault[] = [];
  const sources: DynamicSource[] = [];

  const referenceIn = (flavour: Flavour) => (target: Place) => {
    const suffix = flavourSuffix(facts, target, flavour);
    const key = `${placeKey(target)} ${suffix}`;
    const known = nameOf.get(key);
    if (known !== undefined) return `#/schemas/${known}`;
    const name = names.take(schemaName(target) + suffix);
    nameOf.set(key, name);
    open.push({ name, place: target, flavour });
    return `#/schemas/${name}`;
  };
  const contextOf = (flavour: Flavour): SchemaContext => ({
    dialect,
    documents,
    findings,
    facts,
    flavour,
    defaults,
    sources,
    reference: referenceIn(flavour),
  });
  const drain = () => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      schemas.set(next.name, convertSchema(next.place, contextOf(next.flavour)));
    }
  };

  return {
    sources,
    convert: (place, flavour) => convertSchema(place, contextOf(flavour)),
    share(name, schema) {
      const taken = names.take(name);
      schemas.set(taken, schema);
      return `#/schemas/${taken}`;
    },
    look(schema) {
      let found: JsonSchema | undefined = schema;
      for (let hop = 0; hop < 20; hop += 1) {
        if (!isObject(found)) return undefined;
        const reference = own(found, "$ref");
        if (typeof reference !== "string") return found as Draft;
        drain();
        found = schemas.get(reference.slice("#/schemas/".length));
      }
      return undefined;
    },
    finish() {
      drain();
      breakCircles(schemas, names);
      const made = Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
      dropBadDefaults(defaults, made, findings);
      return made;
    },
  };
}

const CONTAINERS = new Set(["schemas", "definitions", "$defs", "parameters", "responses"]);

/** A name for what a pointer leads to: its last part, with what stands above where that says too little. */
function schemaName({ pointer, file }: Place): string {
  const segments = parsePointer(pointer) ?? [];
  const at = segments.findLastIndex((segment) => CONTAINERS.has(segment));
  const own = segments.slice(at < 0 || at === segments.length - 1 ? -2 : at + 1);
  const words = (own.length > 0 ? own : [file.name.split("/").at(-1)?.replace(/\..*$/, "") ?? ""])
    .filter((word) => word !== "properties")
    .slice(-3)
    .map((word) => word.replaceAll(/[^A-Za-z0-9_]+/g, "_").replaceAll(/^_+|_+$/g, ""));
  const name = words.filter((word) => word !== "").join("_");
  return /^[A-Za-z]/.test(name) ? name.slice(0, 80) : `Schema_${name}`.slice(0, 80);
}
