import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { getPointer } from "../json-pointer.ts";

/** Schemas that all hold for one value. References and branches are gone; undefined: nothing can fit. */
export type Conjunction = readonly JsonSchemaObject[] | undefined;

/** Which of several branches to take; `why` is the keyword they stand under. */
export type Choose = (branches: readonly JsonSchema[], why: "anyOf" | "oneOf" | "if") => number;

const MAX_SCHEMAS = 200;

/**
 * Unfolds schemas into what holds at this very place: references followed, `allOf` joined, of every `anyOf` and `oneOf` the branch that
 * `choose` names, of `if` either side. What an exclusive choice leaves out becomes a `not`.
 */
export function conjunctionOf(schemas: readonly JsonSchema[], root: JsonSchema, choose: Choose): Conjunction {
  const held: JsonSchemaObject[] = [];
  const seen = new Set<JsonSchemaObject>();
  const open = [...schemas];
  for (let schema = open.shift(); schema !== undefined; schema = open.shift()) {
    if (schema === false) return undefined;
    if (schema === true || seen.has(schema)) continue;
    if (seen.size > MAX_SCHEMAS) break;
    seen.add(schema);
    held.push(schema);
    if (schema.$ref !== undefined) open.push(targetOf(schema.$ref, root) ?? true);
    open.push(...(schema.allOf ?? []), ...branchesOf(schema, choose));
  }
  return held;
}

/** What a local reference leads to; undefined for one that leads nowhere. */
export function targetOf(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (!reference.startsWith("#")) return undefined;
  return getPointer(root as Json, decoded(reference.slice(1))) as JsonSchema | undefined;
}

function branchesOf(schema: JsonSchemaObject, choose: Choose): readonly JsonSchema[] {
  const taken: JsonSchema[] = [];
  if (schema.anyOf !== undefined && schema.anyOf.length > 0) taken.push(schema.anyOf[choose(schema.anyOf, "anyOf")] ?? true);
  if (schema.oneOf !== undefined && schema.oneOf.length > 0) {
    const index = choose(schema.oneOf, "oneOf");
    taken.push(schema.oneOf[index] ?? true);
    taken.push(...schema.oneOf.filter((_, other) => other !== index).map((other) => ({ not: other })));
  }
  if (schema.if !== undefined) {
    const met: JsonSchema = schema.then === undefined ? schema.if : { allOf: [schema.if, schema.then] };
    const unmet: JsonSchema = { not: schema.if, ...(schema.else === undefined ? {} : { allOf: [schema.else] }) };
    taken.push(choose([met, unmet], "if") === 0 ? met : unmet);
  }
  return taken;
}

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}
