import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { findNode, nodeSetAt, withNodeSet } from "./node-sets.ts";
import { readReference, withAfter } from "./references.ts";

/** Takes a node out and closes the gap: what followed it, or one of its outlets, now follows what it followed. */
export function deleteNode(document: Workflow, name: string): Workflow {
  const located = findNode(document, name);
  if (!located) return document;
  const { [name]: gone, ...rest } = nodeSetAt(document, located.set);
  const before = gone?.after ?? [];
  const healed = Object.entries(rest).map(([key, node]) => [key, closeGap(node, name, before, rest)] as const);
  return withNodeSet(document, located.set, Object.fromEntries(healed));
}

function closeGap(node: WorkflowNode, gone: string, before: readonly string[], nodes: NodeSet): WorkflowNode {
  const { onError, ...rest } = node;
  const kept = onError === undefined || onError === gone ? rest : node;
  const after = node.after ?? [];
  if (!after.some((entry) => readReference(entry).node === gone)) return kept;
  const bridged = [...new Set(after.flatMap((entry) => (readReference(entry).node === gone ? before : [entry])))];
  return withAfter(kept, node.join === "any" ? bridged : bridged.filter((entry) => !isImplied(entry, bridged, nodes)));
}

/** A plain entry says nothing new where another entry already comes after it; an outlet always does. */
function isImplied(entry: string, all: readonly string[], nodes: NodeSet): boolean {
  if (readReference(entry).outlet !== undefined) return false;
  return all.some((other) => other !== entry && comesAfter(readReference(other).node, entry, nodes));
}

/** Whether a path of lines leads from `ancestor` to `name` inside one node set. */
export function comesAfter(name: string, ancestor: string, nodes: NodeSet, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name)) return false;
  return (nodes[name]?.after ?? []).some((entry) => {
    const { node } = readReference(entry);
    return node === ancestor || comesAfter(node, ancestor, nodes, new Set([...seen, name]));
  });
}
