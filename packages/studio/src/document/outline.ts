import { joinPointer } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import type { Place } from "./insert-node.ts";
import { bodyOf, type SetPath, slotsOf } from "./node-sets.ts";
import { outletsOf, readReference } from "./references.ts";

/** A line of the outline. */
export type OutlineRow =
  | { readonly kind: "step"; readonly key: string; readonly depth: number; readonly name: string; readonly node: WorkflowNode }
  | { readonly kind: "label"; readonly key: string; readonly depth: number; readonly outlet?: string; readonly slot?: string }
  | { readonly kind: "add"; readonly key: string; readonly depth: number; readonly place: Place };

/** The document as indented lines, in the order in which it runs: bodies below their container, outlets below their branch. */
export function outlineOf(document: Workflow): readonly OutlineRow[] {
  return setRows(document.nodes, "/nodes", 0);
}

function setRows(nodes: NodeSet, set: SetPath, depth: number): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  const done = new Set<string>();
  const entries = Object.entries(nodes);
  const knownAfter = (node: WorkflowNode) =>
    (node.after ?? []).filter((entry) => Object.hasOwn(nodes, readReference(entry).node));
  const ready = (node: WorkflowNode) => knownAfter(node).every((entry) => done.has(readReference(entry).node));

  const visit = (name: string, at: number) => {
    const node = nodes[name];
    if (!node || done.has(name)) return;
    done.add(name);
    rows.push({ kind: "step", key: `${set}/${name}`, depth: at, name, node });
    for (const slot of slotsOf(node.use)) {
      rows.push({ kind: "label", key: `${set}/${name}:${slot}`, depth: at + 1, slot });
      rows.push(...setRows(bodyOf(node, slot), `${set}${joinPointer(name, "with", slot)}`, at + 1));
    }
    for (const outlet of outletsOf(node)) {
      const reference = `${name}.${outlet}`;
      const own = entries.filter(([, other]) => other.after?.length === 1 && other.after[0] === reference);
      rows.push({ kind: "label", key: `${set}/${reference}`, depth: at + 1, outlet });
      if (!entries.some(([, other]) => other.after?.includes(reference)))
        rows.push({ kind: "add", key: `${set}/${reference}+`, depth: at + 1, place: { set, after: reference } });
      for (const [other] of own) visit(other, at + 1);
    }
    for (const [other, otherNode] of entries) {
      if (
        knownAfter(otherNode).some((entry) => readReference(entry).node === name && readReference(entry).outlet === undefined) &&
        ready(otherNode)
      )
        visit(other, at);
    }
  };
  for (const [name, node] of entries) if (knownAfter(node).length === 0) visit(name, depth);
  for (const [name, node] of entries) if (ready(node)) visit(name, depth);
  for (const [name] of entries) visit(name, depth);
  const last = [...rows].reverse().find((row) => row.kind === "step" && row.depth === depth);
  const end =
    last?.kind === "step" &&
    !entries.some(([, node]) => node.after?.some((entry) => readReference(entry).node === last.name)) &&
    outletsOf(last.node).length === 0
      ? last.name
      : undefined;
  if (entries.length === 0 || end !== undefined)
    rows.push({ kind: "add", key: `${set}+`, depth, place: { set, after: end ?? null } });
  return rows;
}
