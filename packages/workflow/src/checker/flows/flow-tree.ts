import type { DataClass } from "@mortise/contract";

/** A field that data of a class comes from. */
export interface FlowSource {
  readonly class: DataClass;
  /** Connector, or `trigger`. */
  readonly system: string;
  /** The field, e.g. `steps.find.output.email`. */
  readonly field: string;
}

/** Data of a source at a place, and how it came there. */
export interface Flow {
  readonly source: FlowSource;
  /** The place, e.g. `steps.map.output.to`. */
  readonly place: string;
  readonly before?: Flow;
}

/** Deeper than this, fields are not told apart. */
const MAX_DEPTH = 8;

/** Which data is in a value, field by field. What a node of the tree holds itself is in everything below it. */
export interface FlowTree {
  readonly own: readonly Flow[];
  /** Fields of records; `*` is any element of a list. */
  readonly fields: ReadonlyMap<string, FlowTree>;
}

export const NO_FLOWS: FlowTree = Object.freeze({ own: [], fields: new Map() });

/** A tree; the same {@link NO_FLOWS} where it is empty. */
export function flowTree(own: readonly Flow[], fields: Iterable<readonly [string, FlowTree]> = []): FlowTree {
  const kept = [...fields].filter(([, tree]) => tree !== NO_FLOWS);
  return own.length === 0 && kept.length === 0 ? NO_FLOWS : { own: distinct(own), fields: new Map(kept) };
}

/** All data in a value, whichever field it is in. */
export function allFlows(tree: FlowTree): readonly Flow[] {
  if (tree === NO_FLOWS) return [];
  return distinct([...tree.own, ...[...tree.fields.values()].flatMap(allFlows)]);
}

/** The data at a place below a value; `*` is any element or field. */
export function flowsAt(tree: FlowTree, path: readonly string[]): FlowTree {
  let at = tree;
  let own = tree.own;
  for (const step of path) {
    if (at === NO_FLOWS) return flowTree(own);
    if (step === "*" && !at.fields.has("*")) return flowTree(distinct([...own, ...allFlows(at)]));
    const below = at.fields.get(step) ?? (/^\d+$/.test(step) ? at.fields.get("*") : undefined) ?? NO_FLOWS;
    own = [...own, ...below.own];
    at = below;
  }
  return flowTree(own, at.fields);
}

/** Any of several values. */
export function joinTrees(trees: readonly FlowTree[]): FlowTree {
  const some = trees.filter((tree) => tree !== NO_FLOWS);
  if (some.length < 2) return some[0] ?? NO_FLOWS;
  const names = new Set(some.flatMap(({ fields }) => [...fields.keys()]));
  const fields = [...names].map((name) => [name, joinTrees(some.map((tree) => tree.fields.get(name) ?? NO_FLOWS))] as const);
  return flowTree(
    some.flatMap(({ own }) => own),
    fields,
  );
}

/** The same data, now at another place: each field has the place and goes on from where it was. */
export function movedTo(tree: FlowTree, place: string, depth = 0): FlowTree {
  if (tree === NO_FLOWS) return NO_FLOWS;
  if (depth >= MAX_DEPTH) return flowTree(moveAll(allFlows(tree), place));
  const fields = [...tree.fields].map(([name, below]) => [name, movedTo(below, placeBelow(place, name), depth + 1)] as const);
  return flowTree(moveAll(tree.own, place), fields);
}

/** A place inside of another. */
export function placeBelow(place: string, name: string): string {
  return name === "*" ? `${place}[]` : `${place}.${name}`;
}

function moveAll(flows: readonly Flow[], place: string): readonly Flow[] {
  return flows.map((flow) => (flow.place === place ? flow : { source: flow.source, place, before: flow }));
}

/** One way for each source is enough. */
function distinct(flows: readonly Flow[]): readonly Flow[] {
  if (flows.length < 2) return flows;
  return [...new Map(flows.toReversed().map((flow) => [flow.source, flow])).values()];
}
