import { joinPointer } from "@mortise/contract";
import type { WorkflowNode } from "../model/document.ts";
import { asList, asObject, type Loose, own } from "../model/loose.ts";

/** One entry of `after`, taken apart: `"big.large"` is outlet `large` of node `big`. */
export interface Entry {
  readonly text: string;
  readonly node: string;
  readonly outlet?: string;
  /** Position in `after`. */
  readonly index: number;
}

/** One node with its edges. */
export interface GraphNode {
  readonly name: string;
  /** JSON pointer of the node in the document. */
  readonly pointer: string;
  readonly node: WorkflowNode;
  readonly entries: readonly Entry[];
  /** Nodes of the set whose `onError` names this one. */
  readonly handles: readonly string[];
}

/** One node set as a graph. Holds whatever the document says: names that do not exist and circles too. */
export interface SetGraph {
  readonly pointer: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

/** Reads a node set at its place in the document. Never throws: what has the wrong shape counts as absent. */
export function readSetGraph(nodes: unknown, pointer: string): SetGraph {
  const set = asObject(nodes);
  const names = Object.keys(set);
  const handles = new Map<string, string[]>();
  for (const name of names) {
    const target = own(asObject(set[name]), "onError");
    if (typeof target !== "string" || !Object.hasOwn(set, target) || target === name) continue;
    const routed = handles.get(target);
    if (routed) routed.push(name);
    else handles.set(target, [name]);
  }
  const read = names.map((name): readonly [string, GraphNode] => {
    const node = asObject(set[name]) as unknown as WorkflowNode;
    const entries = readEntries(asObject(set[name]));
    return [name, { name, pointer: pointer + joinPointer(name), node, entries, handles: handles.get(name) ?? [] }];
  });
  return Object.freeze({ pointer, nodes: new Map(read) });
}

/** Takes one entry of `after` apart. */
export function readEntry(text: string, index: number): Entry {
  const dot = text.indexOf(".");
  return dot < 0 ? { text, node: text, index } : { text, node: text.slice(0, dot), outlet: text.slice(dot + 1), index };
}

/** Names of the nodes that this one waits for, each once, in order. */
export function predecessors({ entries, handles }: GraphNode): readonly string[] {
  return [...new Set([...entries.map(({ node }) => node), ...handles])];
}

function readEntries(node: Loose): readonly Entry[] {
  return asList(own(node, "after")).flatMap((text, index) => (typeof text === "string" ? [readEntry(text, index)] : []));
}
