import type { JsonSchema } from "@mortise/contract";
import { isObject } from "../document/loose.ts";
import type { UniqueNames } from "./unique-names.ts";

const PREFIX = "#/schemas/";
/** Keywords whose schemas are about the very same value. */
const SAME_VALUE_LISTS = ["allOf", "anyOf", "oneOf"];
const SAME_VALUE = ["not", "if", "then", "else"];

type Node = { [keyword: string]: unknown };

/**
 * Shared schemas that refer to each other about the same value (a base with `oneOf` its children, each `allOf` the base) would be tried
 * for ever. The reference that closes such a circle leads to the schema without its alternatives; circles through properties and items
 * are left as they are.
 */
export function breakCircles(schemas: Map<string, JsonSchema>, names: UniqueNames): void {
  const state = new Map<string, "open" | "done">();
  const plain = new Map<string, string>();
  const withoutAlternatives = (name: string): string | undefined => {
    const schema = schemas.get(name);
    if (!isObject(schema) || (schema.oneOf === undefined && schema.anyOf === undefined)) return undefined;
    const known = plain.get(name);
    if (known !== undefined) return known;
    const { oneOf: _, anyOf: __, ...rest } = schema as Node;
    const made = names.take(`${name}Base`);
    plain.set(name, made);
    schemas.set(made, rest as JsonSchema);
    return made;
  };
  /** Depth first, with a stack of its own: chains of references may be longer than the call stack. */
  const walk = (start: string): void => {
    state.set(start, "open");
    const path = [{ name: start, nodes: referring(schemas.get(start)).values() }];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const { value: node, done } = here.nodes.next();
      if (done === true) {
        state.set(here.name, "done");
        path.pop();
        continue;
      }
      const next = targetOf(node);
      if (next === undefined || state.get(next) === "done" || !schemas.has(next)) continue;
      state.set(next, "open");
      path.push({ name: next, nodes: referring(schemas.get(next)).values() });
    }
  };
  /** Where a reference leads, after one that closes a circle was led elsewhere; undefined where it leads nowhere any more. */
  const targetOf = (node: Node): string | undefined => {
    const target = String(node.$ref).slice(PREFIX.length);
    if (state.get(target) !== "open") return target;
    const base = withoutAlternatives(target);
    if (base !== undefined && state.get(base) !== "open") node.$ref = PREFIX + base;
    else delete node.$ref;
    return node.$ref === undefined ? undefined : base;
  };
  for (const name of [...schemas.keys()]) if (state.get(name) === undefined) walk(name);
}

/** The parts of a schema that refer to another about the same value. */
function referring(schema: unknown): readonly Node[] {
  if (!isObject(schema)) return [];
  const node = schema as Node;
  const inner = [
    ...SAME_VALUE.map((key) => node[key]),
    ...SAME_VALUE_LISTS.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as readonly unknown[]) : [])),
    ...(isObject(node.dependentSchemas) ? Object.values(node.dependentSchemas) : []),
  ].flatMap(referring);
  return typeof node.$ref === "string" ? [node, ...inner] : inner;
}
