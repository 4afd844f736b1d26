import type { Workflow } from "@mortise/workflow";
import { insertNode } from "./insert-node.ts";
import { freeName } from "./names.ts";
import { allNodes, findNode, nodeSetAt } from "./node-sets.ts";
import { readReference } from "./references.ts";
import { renameInside } from "./rename-node.ts";

/** A copy right behind the node, bodies included, each copied node with a name of its own. */
export function duplicateNode(document: Workflow, name: string): { readonly document: Workflow; readonly name: string } {
  const located = findNode(document, name);
  if (!located) return { document, name };
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const inside = allNodes(document).filter(
    ({ pointer }) => pointer === located.pointer || pointer.startsWith(`${located.pointer}/`),
  );
  for (const each of inside) {
    const free = freeName(document, each.name, taken);
    names.set(each.name, free);
    taken.add(free);
  }
  const copies = renameInside({ [name]: located.node }, names);
  const copyName = names.get(name) ?? name;
  const copy = copies[copyName];
  if (!copy) return { document, name };
  const { onError: _, ...node } = copy;
  const followers = Object.entries(nodeSetAt(document, located.set)).filter(([, other]) =>
    other.after?.some((entry) => readReference(entry).node === name),
  );
  const [only] = followers;
  const before = followers.length === 1 && only?.[1].after?.includes(name) ? { before: only[0] } : {};
  return {
    document: insertNode(document, { set: located.set, after: followAfter(located.node, name), ...before }, copyName, node),
    name: copyName,
  };
}

function followAfter(node: { readonly use: string }, name: string): string {
  return node.use === "core/branch" ? `${name}.else` : name;
}
