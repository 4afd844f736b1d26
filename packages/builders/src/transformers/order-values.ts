import type { Json } from "@mortise/contract";
import { isBlank } from "./records.ts";

const RANK: { readonly [type: string]: number } = { boolean: 0, number: 1, string: 2, object: 3 };

/** Orders two values of data: numbers by size, texts by code unit, different kinds by kind; missing ones are last in both directions. */
export function orderValues(a: Json | undefined, b: Json | undefined, descending: boolean): number {
  const blanks = Number(isBlank(a)) - Number(isBlank(b));
  if (blanks !== 0 || isBlank(a)) return blanks;
  const ranks = (RANK[typeof a] ?? 3) - (RANK[typeof b] ?? 3);
  const order = ranks === 0 ? orderAlike(a as Json, b as Json) : ranks;
  return descending ? -order : order;
}

function orderAlike(a: Json, b: Json): number {
  if (typeof a === "object") return orderAlike(JSON.stringify(a), JSON.stringify(b));
  if (a === b) return 0;
  return (a as string | number | boolean) < (b as string | number | boolean) ? -1 : 1;
}
