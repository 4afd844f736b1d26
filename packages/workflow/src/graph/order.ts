import { NameIndex, type NameSet } from "./name-set.ts";
import { predecessors, type SetGraph } from "./set-graph.ts";

/** Nodes in an order in which each comes after those that it waits for, and the circles that make that impossible. */
export interface Order {
  /** Every node; those in circles and behind them come where they stand in the document. */
  readonly names: readonly string[];
  /** Each circle once, in the order in which its nodes wait: each runs before the next, the last before the first. */
  readonly circles: readonly (readonly string[])[];
}

/** Circles that are told; a graph of a few nodes may hold more than anybody reads. */
const MAX_CIRCLES = 100;

/** Sorts a node set and finds its circles. */
export function orderOf(graph: SetGraph): Order {
  const names: string[] = [];
  const circles: (readonly string[])[] = [];
  const state = new Map<string, "open" | "done">();
  for (const start of graph.nodes.keys()) visit(graph, start, { state, names, circles });
  return { names, circles };
}

interface Visit {
  readonly state: Map<string, "open" | "done">;
  readonly names: string[];
  readonly circles: (readonly string[])[];
}

/** Depth first with a stack of its own: a document may hold a chain of any length. */
function visit(graph: SetGraph, start: string, { state, names, circles }: Visit): void {
  if (state.has(start)) return;
  const stack = [{ name: start, todo: waitsFor(graph, start) }];
  state.set(start, "open");
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.todo.pop();
    if (next === undefined) {
      stack.pop();
      state.set(top.name, "done");
      names.push(top.name);
    } else if (state.get(next) === "open") {
      if (circles.length >= MAX_CIRCLES) continue;
      const open = stack.map(({ name }) => name);
      circles.push(open.slice(open.indexOf(next)).reverse());
    } else if (!state.has(next)) {
      state.set(next, "open");
      stack.push({ name: next, todo: waitsFor(graph, next) });
    }
  }
}

function waitsFor(graph: SetGraph, name: string): string[] {
  const node = graph.nodes.get(name);
  return node
    ? predecessors(node)
        .filter((each) => graph.nodes.has(each))
        .reverse()
    : [];
}

/** For each node, all nodes that have surely settled when it starts. */
export function ancestorsOf(graph: SetGraph, { names }: Order): ReadonlyMap<string, NameSet> {
  const index = new NameIndex(names);
  const ancestors = new Map<string, NameSet>();
  for (const name of names) {
    const own = index.none();
    for (const each of waitsFor(graph, name)) {
      own.add(each);
      const further = ancestors.get(each);
      if (further) own.addAll(further);
    }
    own.delete(name);
    ancestors.set(name, own);
  }
  return ancestors;
}
