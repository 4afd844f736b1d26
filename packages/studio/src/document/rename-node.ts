import type { Json, JsonObject } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { slotsOf } from "./core-shapes.ts";
import { findNode, nodeSetAt, withNodeSet } from "./node-sets.ts";
import { readReference, writeReference } from "./references.ts";

/** Gives a node another name everywhere: in `after`, in `onError`, and in every expression that reads `steps.<name>`. */
export function renameNode(document: Workflow, from: string, to: string): Workflow {
  const located = findNode(document, from);
  if (!located || from === to) return document;
  const renamed = Object.entries(nodeSetAt(document, located.set)).map(([key, node]): [string, WorkflowNode] => [
    key === from ? to : key,
    renameLinks(node, from, to),
  ]);
  return renameInExpressions(
    withNodeSet(document, located.set, Object.fromEntries(renamed)) as unknown as Json,
    from,
    to,
  ) as unknown as Workflow;
}

/** Renames several nodes of a set and of the bodies inside it at once, for a copy. */
export function renameInside(nodes: NodeSet, names: ReadonlyMap<string, string>): NodeSet {
  const entries = Object.entries(nodes).map(([key, node]): [string, WorkflowNode] => {
    let copy = node;
    for (const [from, to] of names)
      copy = renameInExpressions(renameLinks(copy, from, to) as unknown as Json, from, to) as unknown as WorkflowNode;
    const bodies = slotsOf(node.use)
      .filter((slot) => copy.with?.[slot] !== undefined)
      .map((slot) => [slot, renameInside(copy.with?.[slot] as unknown as NodeSet, names) as unknown as Json] as const);
    return [names.get(key) ?? key, bodies.length > 0 ? { ...copy, with: { ...copy.with, ...Object.fromEntries(bodies) } } : copy];
  });
  return Object.fromEntries(entries);
}

/** Points `after` and `onError` of one node at the new name. */
function renameLinks(node: WorkflowNode, from: string, to: string): WorkflowNode {
  const after = node.after?.map((entry) => {
    const reference = readReference(entry);
    return reference.node === from ? writeReference({ ...reference, node: to }) : entry;
  });
  return { ...node, ...(after ? { after } : {}), ...(node.onError === from ? { onError: to } : {}) };
}

function renameInExpressions(value: Json, from: string, to: string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renameInExpressions(item, from, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, item]) => {
      const isExpression = (key === "$cel" || key === "$text" || key === "cel") && typeof item === "string";
      return [key, isExpression ? renameInText(item, from, to) : renameInExpressions(item, from, to)];
    }),
  );
}

function renameInText(text: string, from: string, to: string): string {
  return text
    .replaceAll(new RegExp(`(?<![\\w.])steps\\.${from}(?!\\w)`, "g"), () => `steps.${to}`)
    .replaceAll(new RegExp(`(?<![\\w.])steps\\[(["'])${from}\\1\\]`, "g"), () => `steps.${to}`);
}
