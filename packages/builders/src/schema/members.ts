import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { KIND, kindsOf } from "./kinds.ts";
import { unionOf } from "./union-of.ts";

/** What a schema says about one field of its objects. */
export interface Member {
  /** The field's schema; `true` where nothing is known. */
  readonly schema: JsonSchema;
  /**
   * - `required`: always there.
   * - `optional`: declared, may be missing.
   * - `open`: not declared, may be there.
   * - `unknown`: no object of this schema has it.
   */
  readonly presence: "required" | "optional" | "open" | "unknown";
}

/** The field `key` of objects of this schema (references resolved). Looks through `anyOf`, `oneOf` and `allOf`. */
export function memberOf(schema: JsonSchema, key: string): Member {
  if (typeof schema === "boolean") return { schema: true, presence: "open" };
  const parts = partsOf(schema);
  if (parts[0] !== schema) return memberOfAlternatives(parts, key);
  const own = ownMember(schema, key);
  const inherited = (schema.allOf ?? []).map((each) => memberOf(each, key)).filter((each) => each.presence !== "unknown");
  if (inherited.length === 0) return own;
  const known = [own, ...inherited].filter((each) => each.presence === "required" || each.presence === "optional");
  const best = known.find((each) => each.schema !== true) ?? known[0] ?? own;
  return known.some((each) => each.presence === "required") ? { schema: best.schema, presence: "required" } : best;
}

/** The names that a schema declares for the fields of its objects, in order. */
export function memberNames(schema: JsonSchema): readonly string[] {
  if (typeof schema === "boolean") return [];
  const nested = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...new Set([...Object.keys(schema.properties ?? {}), ...nested.flatMap(memberNames)])];
}

/** Whether objects of this schema can have only the declared fields. */
export function isClosed(schema: JsonSchema): boolean {
  return memberOf(schema, "\u0000").presence === "unknown";
}

/** The schema of the elements of lists of this schema; of one element where `index` is given. */
export function elementOf(schema: JsonSchema, index?: number): JsonSchema {
  if (typeof schema === "boolean") return true;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives && schema.items === undefined) {
    const lists = alternatives.filter((each) => kindsOf(each) & KIND.array);
    return lists.length === 0 ? true : unionOf(lists.map((each) => elementOf(each, index)));
  }
  const prefix = schema.prefixItems ?? [];
  const rest = schema.items;
  if (index !== undefined && prefix[index] !== undefined) return prefix[index];
  if (index === undefined && prefix.length > 0) return rest === undefined ? true : unionOf([...prefix, rest]);
  if (rest !== undefined) return rest;
  const inherited = (schema.allOf ?? []).map((each) => elementOf(each, index)).find((each) => each !== true);
  return inherited ?? true;
}

function partsOf(schema: JsonSchemaObject): readonly JsonSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf ?? [];
  const objects = alternatives.filter((each) => kindsOf(each) & KIND.object);
  if (objects.length === 0) return [schema];
  const { anyOf, oneOf, ...own } = schema;
  if (own.properties === undefined && own.allOf === undefined) return objects;
  return objects.map((each) => ({ allOf: [own, each] }));
}

function memberOfAlternatives(parts: readonly JsonSchema[], key: string): Member {
  const members = parts.map((each) => memberOf(each, key));
  const having = members.filter((each) => each.presence !== "unknown");
  if (having.length === 0) return { schema: false, presence: "unknown" };
  const schema = unionOf(having.map((each) => each.schema));
  if (having.length < members.length)
    return { schema, presence: having.every((each) => each.presence === "open") ? "open" : "optional" };
  if (having.every((each) => each.presence === "required")) return { schema, presence: "required" };
  return { schema, presence: having.some((each) => each.presence === "open") ? "open" : "optional" };
}

function ownMember(schema: JsonSchemaObject, key: string): Member {
  const declared = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  const required = schema.required?.includes(key) === true;
  if (declared !== undefined) return { schema: declared, presence: required ? "required" : "optional" };
  if (required) return { schema: true, presence: "required" };
  if (schema.patternProperties) return { schema: true, presence: "open" };
  const rest = schema.additionalProperties;
  if (rest === false) return { schema: false, presence: "unknown" };
  return { schema: rest ?? true, presence: "open" };
}
