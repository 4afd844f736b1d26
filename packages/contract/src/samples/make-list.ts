import type { Json, JsonSchema } from "../json.ts";
import { canonical } from "./facts.ts";
import type { Place } from "./place.ts";

/** A list that has to be longer is not made: a schema of a few letters can ask for gigabytes. */
const MOST_ITEMS = 1_000;

/** A list by its bounds, leading items, `contains` and distinctness. Undefined where an item that must be there has no value. */
export function makeList(place: Place): Json | undefined {
  const { facts, random, mode, child, isFull } = place;
  const least = Math.max(0, ...facts.schemas.map(needed));
  if (least > MOST_ITEMS) return undefined;
  const most = Math.min(Number.POSITIVE_INFINITY, ...facts.schemas.flatMap(({ maxItems }) => maxItems ?? []));
  const isDistinct = facts.schemas.some(({ uniqueItems }) => uniqueItems === true);
  const length = Math.max(least, Math.min(most, wishedLength(place, least)));
  const contained = facts.schemas.flatMap(({ contains, minContains = 1 }) =>
    contains === undefined ? [] : Array.from({ length: Math.min(minContains, 20) }, () => contains),
  );
  const items: Json[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < length; index++) {
    if (items.length >= least && isFull()) break;
    const schemas = itemSchemas(facts.schemas, index, contained);
    const item = distinctItem(index, schemas);
    if (item === undefined) {
      if (items.length >= least) break;
      return undefined;
    }
    items.push(item);
  }
  return items;

  function distinctItem(index: number, schemas: readonly JsonSchema[]): Json | undefined {
    for (let tries = 0; tries < (isDistinct ? 40 : 1); tries++) {
      const item = child(tries === 0 ? index : `${index}~${tries}${mode}${random.int(0, 9)}`, schemas);
      if (item === undefined) return undefined;
      const text = isDistinct ? canonical(item) : "";
      if (isDistinct && seen.has(text)) continue;
      seen.add(text);
      return item;
    }
    return undefined;
  }
}

function needed({ minItems = 0, contains, minContains = 1 }: Place["facts"]["schemas"][number]): number {
  return Math.max(minItems, contains === undefined ? 0 : minContains);
}

function wishedLength({ random, mode, depth, isFull }: Place, least: number): number {
  if (mode === "minimal" || isFull()) return least;
  if (mode === "edge") return least + random.pick([0, 0, 1, 4]);
  return least + (depth < 3 ? random.int(1, 2) : 1);
}

function itemSchemas(schemas: Place["facts"]["schemas"], index: number, contained: readonly JsonSchema[]): readonly JsonSchema[] {
  const rules = schemas.flatMap(({ prefixItems = [], items, unevaluatedItems }): readonly JsonSchema[] => {
    const own = prefixItems[index] ?? items;
    return own !== undefined ? [own] : unevaluatedItems !== undefined && !isEvaluated(schemas, index) ? [unevaluatedItems] : [];
  });
  const must = contained[index];
  return must === undefined ? rules : [...rules, must];
}

function isEvaluated(schemas: Place["facts"]["schemas"], index: number): boolean {
  return schemas.some(({ prefixItems = [], items }) => items !== undefined || index < prefixItems.length);
}
