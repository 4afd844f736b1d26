import { joinPointer } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { outletsOf, shownSlots } from "../document/core-shapes.ts";
import type { Place } from "../document/insert-node.ts";
import { bodyOf, type SetPath } from "../document/node-sets.ts";
import { readReference } from "../document/references.ts";

/** What the canvas draws of one node set, before anything has a position. */
export interface SetGraph {
  readonly set: SetPath;
  /** Id of the vertex where the set starts: the trigger, or the head of a container's body. */
  readonly start: string;
  readonly vertices: readonly Vertex[];
  readonly edges: readonly GraphEdge[];
}

export type Vertex =
  | {
      readonly kind: "start";
      readonly id: string;
      readonly slot?: string /** Of the container, for a body. */;
      readonly use?: string;
    }
  | { readonly kind: "step"; readonly id: string; readonly name: string; readonly node: WorkflowNode }
  | {
      readonly kind: "container";
      readonly id: string;
      readonly name: string;
      readonly node: WorkflowNode;
      readonly bodies: readonly Body[];
    }
  | { readonly kind: "add"; readonly id: string; readonly place: Place };

export interface Body {
  readonly slot: string;
  readonly graph: SetGraph;
}

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** Name of the branch outlet it leaves from. */
  readonly outlet?: string;
  /** Taken when the source fails. */
  readonly onError?: boolean;
  /** Where a step goes that is dropped on it; absent where none can. */
  readonly place?: Place;
}

/** The id of the trigger on the canvas; no node can have it, as names hold no colon. */
export const TRIGGER = "trigger:";

/** Reads a document as the graph that the canvas draws. */
export function graphOf(document: Workflow): SetGraph {
  return setGraph(document.nodes, "/nodes", { kind: "start", id: TRIGGER });
}

function setGraph(nodes: NodeSet, set: SetPath, start: Vertex): SetGraph {
  const names = Object.keys(nodes);
  const handlers = new Set(
    Object.values(nodes).flatMap((node) => (node.onError && Object.hasOwn(nodes, node.onError) ? [node.onError] : [])),
  );
  const edges: GraphEdge[] = [];
  for (const [name, node] of Object.entries(nodes)) {
    const known = (node.after ?? []).filter((entry) => Object.hasOwn(nodes, readReference(entry).node));
    for (const entry of known) {
      const { node: source, outlet } = readReference(entry);
      edges.push({
        id: `${set}:${entry}>${name}`,
        source,
        target: name,
        ...(outlet === undefined ? {} : { outlet }),
        place: { set, after: entry, before: name },
      });
    }
    if (known.length === 0 && !handlers.has(name)) {
      edges.push({ id: `${set}:>${name}`, source: start.id, target: name, place: { set, after: null, before: name } });
    }
    if (node.onError !== undefined && Object.hasOwn(nodes, node.onError)) {
      edges.push({ id: `${set}:${name}!${node.onError}`, source: name, target: node.onError, onError: true });
    }
  }
  const ends = names.flatMap((name) => openEnds(name, nodes, set));
  if (names.length === 0) ends.push({ place: { set, after: null }, source: start.id });
  const adds = ends.map(({ place, source, outlet }) => {
    const id = `add:${set}:${place.after ?? ""}`;
    edges.push({ id: `${id}<`, source, target: id, ...(outlet === undefined ? {} : { outlet }) });
    return { kind: "add", id, place } as const;
  });
  return {
    set,
    start: start.id,
    vertices: [start, ...names.map((name) => vertexOf(name, nodes[name] as WorkflowNode, set)), ...adds],
    edges,
  };
}

function vertexOf(name: string, node: WorkflowNode, set: SetPath): Vertex {
  const slots = shownSlots(node);
  if (slots.length === 0) return { kind: "step", id: name, name, node };
  const bodies = slots.map((slot) => {
    const path = `${set}${joinPointer(name, "with", slot)}`;
    return {
      slot,
      graph: setGraph(bodyOf(node, slot), path, { kind: "start", id: `start:${name}:${slot}`, slot, use: node.use }),
    };
  });
  return { kind: "container", id: name, name, node, bodies };
}

/** Where the graph can grow: a node that nothing follows, and every outlet of a branch that nothing follows. */
function openEnds(name: string, nodes: NodeSet, set: SetPath): { place: Place; source: string; outlet?: string }[] {
  const followed = new Set(Object.values(nodes).flatMap((node) => node.after ?? []));
  const outlets = outletsOf(nodes[name] as WorkflowNode);
  if (outlets.length > 0) {
    return outlets
      .map((outlet) => ({ place: { set, after: `${name}.${outlet}` }, source: name, outlet }))
      .filter(({ place }) => !followed.has(place.after) && !followed.has(name));
  }
  return followed.has(name) ? [] : [{ place: { set, after: name }, source: name }];
}
