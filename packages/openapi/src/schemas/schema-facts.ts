import { type DocumentSet, isReference } from "../document/document-set.ts";
import { isObject, own, ownList } from "../document/loose.ts";
import { child, entries, items, type Place, placeKey } from "../document/place.ts";
import type { Flavour } from "./flavour.ts";
import { xmlFacts } from "./xml-facts.ts";

/** What one schema says by itself, without what its references lead to. */
interface Facts {
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  readonly xml: boolean;
  /** Alternatives that a value may fit several of. */
  readonly overlap: boolean;
  readonly targets: readonly Place[];
}

/** Tells whether a schema reads differently in another flavour. */
export interface SchemaFacts {
  /** Whether the schema a place holds, or any that it refers to, differs from the plain `out` one in this respect. */
  differs(place: Place, respect: "readOnly" | "writeOnly" | "xml" | "overlap"): boolean;
}

const ONE = ["items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"];
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"];
const MAPS = ["properties", "patternProperties", "dependentSchemas"];

/** Works facts out once for every schema. */
export function createSchemaFacts(documents: DocumentSet): SchemaFacts {
  const known = new Map<string, Facts>();
  const answers = new Map<string, boolean>();

  const factsOf = (place: Place): Facts => {
    const key = placeKey(place);
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = { readOnly: false, writeOnly: false, xml: false, overlap: false, targets: [] as Place[] };
    known.set(key, made);
    walk(place, made, 0);
    return made;
  };

  const walk = (place: Place, made: { -readonly [K in keyof Facts]: Facts[K] } & { targets: Place[] }, depth: number): void => {
    if (!isObject(place.value) || depth > 100) return;
    if (isReference(place)) {
      const target = documents.target(place, String(own(place.value, "$ref")));
      if (target) made.targets.push(target);
    }
    if (mayOverlap(place)) made.overlap = true;
    for (const [, property] of entries(child(place, "properties"))) {
      const resolved = documents.resolve(property)?.value;
      if (own(resolved, "readOnly") === true || own(property.value, "readOnly") === true) made.readOnly = true;
      if (own(resolved, "writeOnly") === true || own(property.value, "writeOnly") === true) made.writeOnly = true;
      if (xmlFacts(property, documents) !== undefined) made.xml = true;
    }
    for (const inner of children(place)) walk(inner, made, depth + 1);
  };

  return {
    differs(start, respect) {
      const answerKey = (place: string): string => `${respect} ${place}`;
      const from = new Map<string, string | undefined>([[placeKey(start), undefined]]);
      const open = [start];
      for (let place = open.pop(); place !== undefined; place = open.pop()) {
        const key = placeKey(place);
        const known = answers.get(answerKey(key));
        if (known === true || (known === undefined && factsOf(place)[respect])) {
          for (let step: string | undefined = key; step !== undefined; step = from.get(step)) answers.set(answerKey(step), true);
          return true;
        }
        if (known === false) continue;
        for (const target of factsOf(place).targets) {
          const targetKey = placeKey(target);
          if (from.has(targetKey)) continue;
          from.set(targetKey, key);
          open.push(target);
        }
      }
      for (const key of from.keys()) answers.set(answerKey(key), false);
      return false;
    },
  };
}

/** The schemas that stand directly inside of one. */
export function children(place: Place): readonly Place[] {
  return [
    ...ONE.flatMap((key) => child(place, key) ?? []),
    ...LISTS.flatMap((key) => items(child(place, key))),
    ...MAPS.flatMap((key) => entries(child(place, key)).map(([, inner]) => inner)),
  ];
}

/**
 * Whether `oneOf` has alternatives that nothing tells apart. In an answer that fits two of them nothing is wrong with the data, so there
 * it reads as `anyOf`; what is sent must fit one alone.
 */
export function mayOverlap({ value }: Place): boolean {
  const real = ownList(value, "oneOf").filter((branch) => own(branch, "type") !== "null");
  return real.length > 1 && own(value, "discriminator") === undefined && own(value, "anyOf") === undefined;
}

/** End of the name of a shared schema in a flavour; empty where it reads like the plain one. */
export function flavourSuffix(facts: SchemaFacts, place: Place, flavour: Flavour): string {
  const xml = flavour.xml && facts.differs(place, "xml") ? "Xml" : "";
  const reads = facts.differs(place, "readOnly");
  const writes = facts.differs(place, "writeOnly");
  const overlaps = facts.differs(place, "overlap");
  return `${xml}${flavour.direction === "in" && (reads || writes || overlaps) ? "Input" : ""}`;
}
