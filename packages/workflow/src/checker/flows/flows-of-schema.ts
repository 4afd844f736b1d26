import { resolveReferences } from "@mortise/builders";
import type { DataClass, JsonSchema } from "@mortise/contract";
import { type FlowTree, flowTree, joinTrees, NO_FLOWS, placeBelow } from "./flow-tree.ts";

/** Schemas lie inside of each other at most this deep; what is deeper counts as what is around it. */
const MAX_DEPTH = 12;

/** Where data comes in: its schema, and which of its classes matter. */
export interface SourceOfData {
  readonly system: string;
  /** What it is called in expressions, e.g. `steps.find.output`. */
  readonly place: string;
  readonly classes: ReadonlySet<DataClass>;
}

/** The data of a schema, by the classes that its fields declare. A field without one has that of what is around it, else `unknown`. */
export function flowsOfSchema(schema: JsonSchema, { system, place, classes }: SourceOfData): FlowTree {
  const leaf = (name: DataClass, at: string): FlowTree =>
    classes.has(name) ? flowTree([{ source: { class: name, system, field: at }, place: at }]) : NO_FLOWS;
  const walk = (at: JsonSchema, where: string, around: DataClass, depth: number): FlowTree => {
    if (at === false) return NO_FLOWS;
    if (at === true || depth > MAX_DEPTH) return leaf(around, where);
    const own = at["x-data-class"] ?? around;
    const parts = [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.allOf ?? [])].map((part) =>
      walk(part, where, own, depth + 1),
    );
    const named = Object.entries(at.properties ?? {}).map(
      ([name, field]) => [name, walk(field, placeBelow(where, name), own, depth + 1)] as const,
    );
    const elements = [at.items, ...(at.prefixItems ?? [])].filter((each) => each !== undefined);
    const listed = elements.map((each) => walk(each, placeBelow(where, "*"), own, depth + 1));
    const isOpen = named.length === 0 && elements.length === 0 && parts.length === 0;
    const more = at.additionalProperties !== undefined && at.additionalProperties !== false;
    const rest = more ? walk(at.additionalProperties ?? true, where, own, depth + 1) : NO_FLOWS;
    const self = isOpen && at.type !== "null" ? leaf(own, where) : NO_FLOWS;
    const below = flowTree([], [...named, ["*", joinTrees(listed)] as const]);
    return joinTrees([self, flowTree(rest.own), below, ...parts]);
  };
  return walk(resolveReferences(schema), place, "unknown", 0);
}
