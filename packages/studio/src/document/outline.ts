import { joinPointer } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { outletsOf, shownSlots } from "./core-shapes.ts";
import type { Place } from "./insert-node.ts";
import { bodyOf, type SetPath } from "./node-sets.ts";
import { readReference } from "./references.ts";

/** A line of the outline. */
export type OutlineRow =
  | { readonly kind: "step"; readonly key: string; readonly depth: number; readonly name: string; readonly node: WorkflowNode }
  | {
      readonly kind: "label";
      readonly key: string;
      readonly depth: number;
      readonly outlet?: string;
      readonly slot?: string;
      readonly use?: string;
    }
  | { readonly kind: "add"; readonly key: string; readonly depth: number; readonly place: Place };

/** The document as indented lines, in the order in which it runs: bodies below their container, outlets below their branch. */
export function outlineOf(document: Workflow): readonly OutlineRow[] {
  return setRows(document.nodes, "/nodes", 0);
}

function setRows(nodes: NodeSet, set: SetPath, depth: number): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  const done = new Set<string>();
  const entries = Object.entries(nodes);
  const before = (node: WorkflowNode) =>
    (node.after ?? []).map((entry) => readReference(entry).node).filter((name) => Object.hasOwn(nodes, name));

  /** `inside` holds what was shown since the outlet began: a step that joins several outlets is shown behind the branch, not in its last outlet. */
  const visit = (name: string, at: number, inside: Set<string>) => {
    const node = nodes[name];
    if (!node || done.has(name)) return;
    done.add(name);
    inside.add(name);
    rows.push({ kind: "step", key: `${set}/${name}`, depth: at, name, node });
    for (const slot of shownSlots(node)) {
      rows.push({ kind: "label", key: `${set}/${name}:${slot}`, depth: at + 1, slot, use: node.use });
      rows.push(...setRows(bodyOf(node, slot), `${set}${joinPointer(name, "with", slot)}`, at + 1));
    }
    if (isOpen(name, node, nodes)) rows.push({ kind: "add", key: `${set}/${name}+`, depth: at, place: { set, after: name } });
    for (const outlet of outletsOf(node)) {
      const reference = `${name}.${outlet}`;
      rows.push({ kind: "label", key: `${set}/${reference}`, depth: at + 1, outlet });
      if (!entries.some(([, other]) => other.after?.includes(reference))) {
        rows.push({ kind: "add", key: `${set}/${reference}+`, depth: at + 1, place: { set, after: reference } });
      }
      const within = new Set<string>();
      for (const [other, { after }] of entries) if (after?.length === 1 && after[0] === reference) visit(other, at + 1, within);
      for (const other of within) inside.add(other);
    }
    for (const [other, otherNode] of entries) {
      const waits = before(otherNode);
      const isOutletOnly = otherNode.after?.length === 1 && readReference(otherNode.after[0] ?? "").outlet !== undefined;
      if (waits.length > 0 && !isOutletOnly && waits.every((each) => inside.has(each))) visit(other, at, inside);
    }
  };
  const shown = new Set<string>();
  for (const [name, node] of entries) if (before(node).length === 0) visit(name, depth, shown);
  for (const [name] of entries) visit(name, depth, shown);
  if (entries.length === 0) rows.push({ kind: "add", key: `${set}+`, depth, place: { set, after: null } });
  return rows;
}

function isOpen(name: string, node: WorkflowNode, nodes: NodeSet): boolean {
  const followed = Object.values(nodes).some(({ after }) => after?.some((entry) => readReference(entry).node === name));
  return !followed && outletsOf(node).length === 0;
}
