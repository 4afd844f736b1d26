import type { JsonSchema, JsonTypeName } from "@mortise/contract";
import { KIND, type Kinds, kindsOf } from "./kinds.ts";
import { unionOf } from "./union-of.ts";

const TYPES: { readonly [name in JsonTypeName]: Kinds } = {
  null: KIND.null,
  boolean: KIND.boolean,
  integer: KIND.number,
  number: KIND.number,
  string: KIND.string,
  array: KIND.array,
  object: KIND.object,
};

/** The schema without values of these kinds, where it says which it allows; else the schema as it is. */
export function withoutKinds(schema: JsonSchema, dropped: Kinds): JsonSchema {
  if (typeof schema === "boolean" || (kindsOf(schema) & dropped) === 0) return schema;
  if ((kindsOf(schema) & ~dropped) === 0) return false;
  if (Array.isArray(schema.type)) {
    const type = (schema.type as readonly JsonTypeName[]).filter((each) => (TYPES[each] & dropped) === 0);
    return { ...schema, type };
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  return alternatives && Object.keys(schema).length === 1
    ? unionOf(alternatives.map((each) => withoutKinds(each, dropped)))
    : schema;
}
