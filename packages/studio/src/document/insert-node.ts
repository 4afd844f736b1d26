import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { outletsOf } from "./core-shapes.ts";
import { nodeSetAt, type SetPath, withNodeSet } from "./node-sets.ts";
import { withAfter, writeReference } from "./references.ts";

/** A place in the graph where a node can go: on a line, or at its open end. */
export interface Place {
  readonly set: SetPath;
  /** The entry of `after` the line starts at; null: the start of the set. */
  readonly after: string | null;
  /** The node the line leads to; absent: an open end. */
  readonly before?: string;
}

/** Puts a node on a line: it takes over the line's start, and the node behind it now follows the new one (a branch's first outlet). */
export function insertNode(document: Workflow, place: Place, name: string, node: WorkflowNode): Workflow {
  const nodes = nodeSetAt(document, place.set);
  const placed = withAfter(node, place.after === null ? [] : [place.after]);
  const [outlet] = outletsOf(placed);
  const reference = writeReference(outlet === undefined ? { node: name } : { node: name, outlet });
  const entries = Object.entries(nodes).flatMap(([key, value]): [string, WorkflowNode][] => {
    if (key !== place.before) return [[key, value]];
    return [
      [name, placed],
      [key, behind(value, place.after, reference)],
    ];
  });
  const done: NodeSet = Object.fromEntries(entries);
  return withNodeSet(
    document,
    place.set,
    Object.hasOwn(done, name) ? done : { ...insertBehind(done, place.after, name, placed) },
  );
}

function behind(node: WorkflowNode, from: string | null, to: string): WorkflowNode {
  const after = node.after ?? [];
  return withAfter(node, from === null ? [to, ...after] : after.map((entry) => (entry === from ? to : entry)));
}

/** Keeps the document readable: a new open end stands right behind the node it follows. */
function insertBehind(nodes: NodeSet, after: string | null, name: string, node: WorkflowNode): NodeSet {
  const predecessor = after?.split(".")[0];
  if (predecessor === undefined || !Object.hasOwn(nodes, predecessor)) return { ...nodes, [name]: node };
  return Object.fromEntries(
    Object.entries(nodes).flatMap(([key, value]): [string, WorkflowNode][] =>
      key === predecessor
        ? [
            [key, value],
            [name, node],
          ]
        : [[key, value]],
    ),
  );
}
