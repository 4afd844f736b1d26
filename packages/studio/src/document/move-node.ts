import type { Workflow } from "@mortise/workflow";
import { deleteNode } from "./delete-node.ts";
import { insertNode, type Place } from "./insert-node.ts";
import { findNode, nodeSetAt } from "./node-sets.ts";
import { readReference } from "./references.ts";

/** Takes a node to another line, gap closed behind it. The document stays as it is where the place lies next to the node or inside of it. */
export function moveNode(document: Workflow, name: string, place: Place): Workflow {
  const located = findNode(document, name);
  if (!located || place.set.startsWith(`${located.pointer}/`)) return document;
  if (place.before === name || (place.after !== null && readReference(place.after).node === name)) return document;
  const { after: _, join: __, ...node } = located.node;
  return insertNode(deleteNode(document, name), place, name, node);
}

/** One step up: onto the line that leads to the step before it. Only where there is exactly one. */
export function moveUp(document: Workflow, name: string): Workflow {
  const located = findNode(document, name);
  const [only, ...others] = located?.node.after ?? [];
  if (!located || only === undefined || others.length > 0) return document;
  const predecessor = readReference(only).node;
  const [entry] = nodeSetAt(document, located.set)[predecessor]?.after ?? [];
  return moveNode(document, name, { set: located.set, after: entry ?? null, before: predecessor });
}

/** One step down: behind the step after it. Only where there is exactly one. */
export function moveDown(document: Workflow, name: string): Workflow {
  const located = findNode(document, name);
  if (!located) return document;
  const followers = Object.entries(nodeSetAt(document, located.set)).filter(([, node]) =>
    node.after?.some((entry) => readReference(entry).node === name),
  );
  const [follower, ...others] = followers;
  if (!follower || others.length > 0) return document;
  return moveUp(document, follower[0]);
}
