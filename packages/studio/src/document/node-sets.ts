import type { Json, JsonObject } from "@mortise/contract";
import { getPointer, joinPointer, parsePointer } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { slotsOf } from "./core-shapes.ts";

/** JSON pointer of a node set: `/nodes` is the workflow's own, `/nodes/load/with/nodes` the body of the container `load`. */
export type SetPath = string;

/** The node set at a path; empty where the container has none yet. */
export function nodeSetAt(document: Workflow, set: SetPath): NodeSet {
  const found = getPointer(document as unknown as Json, set);
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as unknown as NodeSet) : {};
}

/** The document with one node set replaced. */
export function withNodeSet(document: Workflow, set: SetPath, nodes: NodeSet): Workflow {
  return setPointer(document as unknown as Json, set, nodes as unknown as Json) as unknown as Workflow;
}

/** A JSON value with the place of a pointer set, or removed where `value` is undefined; objects on the way are made where missing. */
export function setPointer(root: Json | undefined, pointer: string, value: Json | undefined): Json {
  return place(root, parsePointer(pointer) ?? [], value) ?? {};
}

function place(at: Json | undefined, [head, ...rest]: readonly string[], value: Json | undefined): Json | undefined {
  if (head === undefined) return value;
  if (Array.isArray(at)) {
    const list = [...(at as readonly Json[])];
    const index = head === "-" ? list.length : Number(head);
    const next = place(list[index], rest, value);
    if (next === undefined) list.splice(index, 1);
    else list[index] = next;
    return list;
  }
  const object = (typeof at === "object" && at !== null ? at : {}) as JsonObject;
  const next = place(Object.hasOwn(object, head) ? object[head] : undefined, rest, value);
  if (next !== undefined) return { ...object, [head]: next };
  const { [head]: _, ...others } = object;
  return others;
}

/** One node and where it stands. */
export interface Located {
  readonly name: string;
  readonly node: WorkflowNode;
  readonly set: SetPath;
  /** JSON pointer of the node. */
  readonly pointer: string;
  /** Containers around it, outermost first. */
  readonly parents: readonly string[];
}

/** Every node of the document, containers before their bodies. */
export function allNodes(document: Workflow): readonly Located[] {
  return walk(document.nodes, "/nodes", []);
}

function walk(nodes: NodeSet, set: SetPath, parents: readonly string[]): readonly Located[] {
  return Object.entries(nodes).flatMap(([name, node]) => {
    const pointer = set + joinPointer(name);
    const bodies = slotsOf(node.use).flatMap((slot) =>
      walk(bodyOf(node, slot), `${pointer}/with${joinPointer(slot)}`, [...parents, name]),
    );
    return [{ name, node, set, pointer, parents }, ...bodies];
  });
}

/** A container's body by slot name; empty where it has none. */
export function bodyOf(node: WorkflowNode, slot: string): NodeSet {
  const body = node.with?.[slot];
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as unknown as NodeSet) : {};
}

/** Finds a node by its name, which is unique in the document. */
export function findNode(document: Workflow, name: string): Located | undefined {
  return allNodes(document).find((located) => located.name === name);
}

/** The name of the node a JSON pointer lies in, the innermost one; undefined outside of nodes. */
export function nodeAtPointer(document: Workflow, pointer: string): string | undefined {
  return allNodes(document)
    .filter((located) => pointer === located.pointer || pointer.startsWith(`${located.pointer}/`))
    .at(-1)?.name;
}
