import type { Json, JsonSchema, JsonTypeName } from "@mortise/contract";
import { isDuration, isOptional, isTimestamp } from "./special-types.ts";

/** A set of kinds of value, as bits. */
export type Kinds = number;

/** One bit a kind; `timestamp`, `duration` and `optional` exist only inside expressions. */
export const KIND = Object.freeze({
  null: 1,
  boolean: 2,
  number: 4,
  string: 8,
  array: 16,
  object: 32,
  timestamp: 64,
  duration: 128,
  optional: 256,
});

/** Every kind: what a value of unknown type may be. */
export const ANY_KIND: Kinds = 511;

const BIT_OF_TYPE: { readonly [name in JsonTypeName]: Kinds } = {
  null: KIND.null,
  boolean: KIND.boolean,
  integer: KIND.number,
  number: KIND.number,
  string: KIND.string,
  array: KIND.array,
  object: KIND.object,
};

/** The kinds that a schema (JSON Schema 2020-12, references resolved) allows; unknown schemas allow all. */
export function kindsOf(schema: JsonSchema): Kinds {
  if (schema === true) return ANY_KIND;
  if (schema === false) return 0;
  if (isTimestamp(schema)) return KIND.timestamp;
  if (isDuration(schema)) return KIND.duration;
  if (isOptional(schema)) return KIND.optional;
  let kinds = ownKinds(schema.type, schema.properties !== undefined, schema.items !== undefined);
  if (schema.const !== undefined) kinds &= kindOfJson(schema.const);
  if (schema.enum) kinds &= schema.enum.reduce<Kinds>((all, value) => all | kindOfJson(value), 0);
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    if (alternatives) kinds &= alternatives.reduce<Kinds>((all, each) => all | kindsOf(each), 0);
  }
  for (const each of schema.allOf ?? []) kinds &= kindsOf(each);
  return kinds;
}

/** Whether nothing at all is known about values of this schema. */
export function isUnknown(schema: JsonSchema): boolean {
  return schema === true || kindsOf(schema) === ANY_KIND;
}

/** Whether every value of the schema is a whole number. */
export function isWhole(schema: JsonSchema): boolean {
  if (typeof schema === "boolean") return false;
  if (schema.type === "integer") return true;
  if (typeof schema.const === "number") return Number.isInteger(schema.const);
  if (schema.enum) return schema.enum.length > 0 && schema.enum.every((value) => Number.isInteger(value));
  const alternatives = schema.anyOf ?? schema.oneOf;
  return alternatives !== undefined && alternatives.length > 0 && alternatives.every(isWhole);
}

/** The kind of one JSON value. */
export function kindOfJson(value: Json): Kinds {
  switch (typeof value) {
    case "string":
      return KIND.string;
    case "number":
      return KIND.number;
    case "boolean":
      return KIND.boolean;
    default:
      if (value === null) return KIND.null;
      return Array.isArray(value) ? KIND.array : KIND.object;
  }
}

function ownKinds(type: JsonTypeName | readonly JsonTypeName[] | undefined, hasProperties: boolean, hasItems: boolean): Kinds {
  if (typeof type === "string") return BIT_OF_TYPE[type] ?? ANY_KIND;
  if (type) return type.reduce((all, each) => all | (BIT_OF_TYPE[each] ?? 0), 0);
  if (hasProperties) return KIND.object;
  return hasItems ? KIND.array : ANY_KIND;
}
