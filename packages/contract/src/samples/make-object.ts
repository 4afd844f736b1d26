import type { Json, JsonSchema } from "../json.ts";
import { patternMatcher } from "../validation/pattern-matcher.ts";
import { textOfPattern } from "./pattern-text.ts";
import type { Place } from "./place.ts";

/** An object that has to have more is not made, as with a list. */
const MOST_KEYS = 1_000;

/** An object with the keys that must be there and, as the mode wishes, others. Undefined where a key that must be there has no value. */
export function makeObject(place: Place): Json | undefined {
  const { facts, child, mode, isFull } = place;
  const required = requiredKeys(place);
  const most = Math.min(Number.POSITIVE_INFINITY, ...facts.schemas.flatMap(({ maxProperties }) => maxProperties ?? []));
  const least = Math.max(0, ...facts.schemas.flatMap(({ minProperties }) => minProperties ?? []));
  if (least > MOST_KEYS) return undefined;
  const entries = new Map<string, Json>();
  for (const key of required) {
    const value = child(key, schemasFor(key, place));
    if (value === undefined) return undefined;
    entries.set(key, value);
  }
  for (const key of optionalKeys(place, required)) {
    if (entries.size >= most) break;
    const isNeeded = entries.size < least;
    if (!isNeeded && (mode === "minimal" || isFull() || !isWished(place, key))) continue;
    addWithDependents(key, place, entries, most);
  }
  const wished = Math.max(least, Math.min(most, entries.size + wishedExtras(place, entries.size)));
  for (let tries = 0; entries.size < wished && tries < wished * 4 + 4; tries++) {
    const key = extraKey(place, tries);
    if (key === undefined || entries.has(key) || facts.banned.has(key)) continue;
    const value = child(key, schemasFor(key, place));
    if (value !== undefined) entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

/** What holds for the value under a key, in every schema of the place. `[false]` where the key may not be there. */
export function schemasFor(key: string, { facts }: { readonly facts: Pick<Place["facts"], "schemas"> }): readonly JsonSchema[] {
  const isDeclared = facts.schemas.some(({ properties = {} }) => Object.hasOwn(properties, key));
  return facts.schemas.flatMap(
    ({ properties = {}, patternProperties = {}, additionalProperties, unevaluatedProperties }): readonly JsonSchema[] => {
      const own = Object.hasOwn(properties, key) ? [properties[key] ?? true] : [];
      const matched = Object.entries(patternProperties).flatMap(([pattern, schema]) => (matches(pattern, key) ? [schema] : []));
      const said = [...own, ...matched];
      if (said.length > 0) return said;
      if (additionalProperties !== undefined) return [additionalProperties];
      return unevaluatedProperties !== undefined && !isDeclared ? [unevaluatedProperties] : [];
    },
  );
}

/** Keys that must be there, with those that they in turn ask for. */
function requiredKeys({ facts }: Place): ReadonlySet<string> {
  const keys = new Set(facts.schemas.flatMap(({ required }) => required ?? []));
  for (const key of keys) for (const other of dependents(key, facts.schemas)) keys.add(other);
  return keys;
}

function dependents(key: string, schemas: Place["facts"]["schemas"]): readonly string[] {
  return schemas.flatMap(({ dependentRequired = {}, dependentSchemas = {} }) => {
    const schema = Object.hasOwn(dependentSchemas, key) ? dependentSchemas[key] : undefined;
    return [
      ...(Object.hasOwn(dependentRequired, key) ? (dependentRequired[key] ?? []) : []),
      ...(typeof schema === "object" ? (schema.required ?? []) : []),
    ];
  });
}

function addWithDependents(key: string, place: Place, entries: Map<string, Json>, most: number): void {
  const keys = new Set([key]);
  for (const each of keys) for (const other of dependents(each, place.facts.schemas)) keys.add(other);
  if ([...keys].some((each) => place.facts.banned.has(each))) return;
  const fresh: [string, Json][] = [];
  for (const each of keys) {
    if (entries.has(each)) continue;
    const value = place.child(each, schemasFor(each, place));
    if (value === undefined) return;
    fresh.push([each, value]);
  }
  if (entries.size + fresh.length > most) return;
  for (const [each, value] of fresh) entries.set(each, value);
}

function optionalKeys({ facts, random }: Place, required: ReadonlySet<string>): readonly string[] {
  const declared = [...new Set(facts.schemas.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const free = declared.filter((key) => !required.has(key) && !facts.banned.has(key));
  return facts.schemas.some(({ maxProperties }) => maxProperties !== undefined) ? random.shuffled(free) : free;
}

function isWished({ random, mode, depth, facts }: Place, key: string): boolean {
  if (mode === "edge") return random.chance(0.5);
  const isOld = facts.schemas.some(({ properties = {} }) => {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return typeof schema === "object" && schema.deprecated === true;
  });
  return !isOld && random.chance(depth === 0 ? 0.9 : depth === 1 ? 0.7 : 0.4);
}

/** Maps have no declared keys: a few of their own make the sample tell something. */
function wishedExtras({ facts, mode, random, isFull }: Place, size: number): number {
  if (mode === "minimal" || size > 0 || isFull()) return 0;
  const isMap = facts.schemas.some(
    ({ additionalProperties, patternProperties }) => typeof additionalProperties === "object" || patternProperties !== undefined,
  );
  return isMap ? random.int(1, 2) : 0;
}

function extraKey({ facts, random }: Place, tries: number): string | undefined {
  const wish = { least: 1, most: 30, random, isEdge: false };
  const patterns = [
    ...facts.schemas.flatMap(({ propertyNames }) => (typeof propertyNames === "object" ? [propertyNames] : [])),
  ].flatMap(({ pattern, enum: names }) => [
    ...(pattern === undefined ? [] : [pattern]),
    ...(names ?? []).map((name) => `^${name}$`),
  ]);
  const own = facts.schemas.flatMap(({ patternProperties = {} }) => Object.keys(patternProperties));
  const pattern = random.pick(patterns.length > 0 ? patterns : own);
  if (pattern !== undefined && (patterns.length > 0 || tries % 3 !== 2)) return textOfPattern(pattern, wish);
  return tries === 0 ? "key" : `key${tries}`;
}

function matches(pattern: string, key: string): boolean {
  try {
    return patternMatcher(pattern).test(key);
  } catch {
    return false;
  }
}
