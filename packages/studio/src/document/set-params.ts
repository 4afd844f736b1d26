import type { JsonObject } from "@mortise/contract";
import type { Workflow, WorkflowNode } from "@mortise/workflow";
import { outletsOf } from "./core-shapes.ts";
import { findNode, nodeSetAt, withNodeSet } from "./node-sets.ts";
import { readReference, withAfter, writeReference } from "./references.ts";

/** Changes a node, by a function. */
export function changeNode(document: Workflow, name: string, change: (node: WorkflowNode) => WorkflowNode): Workflow {
  const located = findNode(document, name);
  if (!located) return document;
  const nodes = nodeSetAt(document, located.set);
  return withNodeSet(document, located.set, { ...nodes, [name]: change(located.node) });
}

/**
 * Sets a node's parameters. Where a branch lost outlets, what followed them keeps its place: a case that was renamed takes its
 * followers along, those of a case that was removed now follow `else`.
 */
export function setParams(document: Workflow, name: string, params: JsonObject): Workflow {
  const located = findNode(document, name);
  if (!located) return document;
  const before = outletsOf(located.node);
  const changed = changeNode(document, name, (node) => ({ ...node, with: params }));
  const after = outletsOf({ ...located.node, with: params });
  const lost = before.filter((outlet) => !after.includes(outlet));
  const won = after.filter((outlet) => !before.includes(outlet));
  if (lost.length === 0) return changed;
  const target = lost.length === 1 && won.length === 1 && won[0] !== undefined ? won[0] : (after.at(-1) ?? "else");
  const nodes = Object.entries(nodeSetAt(changed, located.set)).map(([key, node]): [string, WorkflowNode] => {
    if (!node.after) return [key, node];
    const entries = node.after.map((entry) => {
      const reference = readReference(entry);
      const moves = reference.node === name && reference.outlet !== undefined && lost.includes(reference.outlet);
      return moves ? writeReference({ node: name, outlet: target }) : entry;
    });
    return [key, withAfter(node, entries)];
  });
  return withNodeSet(changed, located.set, Object.fromEntries(nodes));
}
