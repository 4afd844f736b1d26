import { asObject, own } from "../model/loose.ts";
import type { Order } from "./order.ts";
import { type Entry, type GraphNode, readEntry, type SetGraph } from "./set-graph.ts";

/** What is certain about a node before anything runs. */
export interface Certainty {
  /** Nodes (`"enrich"`) that have succeeded and branch outlets (`"big.large"`) that were taken whenever the node runs. */
  readonly given: ReadonlySet<string>;
  /** Why the node can never run; absent: it can. */
  readonly never?: string;
  /** The node succeeds whenever its set does. */
  readonly always: boolean;
}

/** Works out what is certain about each node of a set. */
export function certaintyOf(graph: SetGraph, { names }: Order): ReadonlyMap<string, Certainty> {
  const known = new Map<string, Certainty>();
  for (const name of names) {
    const node = graph.nodes.get(name);
    if (node) known.set(name, certainty(graph, node, known));
  }
  return known;
}

type Known = ReadonlyMap<string, Certainty>;

function certainty(graph: SetGraph, node: GraphNode, known: Known): Certainty {
  const entries = node.entries.filter((entry) => graph.nodes.has(entry.node));
  const isAny = node.node.join === "any";
  const ways: ReadonlySet<string>[] = node.handles.map((from) => known.get(from)?.given ?? new Set());
  if (entries.length > 0 || node.handles.length === 0) {
    const sets = entries.map((entry) => givenBy(graph, entry, known));
    ways.push(isAny ? common(sets) : new Set(sets.flatMap((each) => [...each])));
  }
  const given = common(ways);
  const never = whyNever(graph, { node, entries, isAny }, known);
  const calm = node.node.onError === undefined || node.node.onError === "stop";
  const certain = (entry: Entry) => entry.outlet === undefined && known.get(entry.node)?.always === true;
  const reached = entries.length === 0 ? node.handles.length === 0 : isAny ? entries.some(certain) : entries.every(certain);
  const always = never === undefined && calm && reached && node.node.disabled !== true;
  return { given, always, ...(never === undefined ? {} : { never }) };
}

function givenBy(graph: SetGraph, { node, outlet }: Entry, known: Known): ReadonlySet<string> {
  const source = graph.nodes.get(node);
  const given = new Set(known.get(node)?.given ?? []);
  if (source?.node.disabled === true) return given;
  if (source?.node.onError !== "continue" || outlet !== undefined) given.add(node);
  if (outlet !== undefined) given.add(`${node}.${outlet}`);
  return given;
}

function whyNever(
  graph: SetGraph,
  { node, entries, isAny }: { readonly node: GraphNode; readonly entries: readonly Entry[]; readonly isAny: boolean },
  known: Known,
): string | undefined {
  const handled = node.handles.some((from) => known.get(from)?.never === undefined);
  if (handled || entries.length === 0) return undefined;
  const reasons = entries.map((entry) => whyNotTaken(graph, entry, known));
  if (isAny) return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  return reasons.find((reason) => reason !== undefined) ?? twoWays(entries, graph, known);
}

function whyNotTaken(graph: SetGraph, { node }: Entry, known: Known): string | undefined {
  const source = graph.nodes.get(node)?.node;
  if (known.get(node)?.never !== undefined) return `"${node}" can never run`;
  if (source?.use === "core/fail" && source.onError !== "continue" && source.disabled !== true)
    return `"${node}" always fails, and what comes after it is skipped`;
  return undefined;
}

/** Two ways out of one branch are never taken both. */
function twoWays(entries: readonly Entry[], graph: SetGraph, known: Known): string | undefined {
  const taken = new Map<string, string>();
  for (const token of entries.flatMap((entry) => [...givenBy(graph, entry, known)])) {
    const { node, outlet } = readEntry(token, 0);
    if (outlet === undefined) continue;
    const other = taken.get(node);
    if (other !== undefined && other !== outlet)
      return `it waits for both "${node}.${other}" and "${node}.${outlet}", and a branch takes one way`;
    taken.set(node, outlet);
  }
  return undefined;
}

function common(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...rest] = sets;
  return new Set([...(first ?? [])].filter((each) => rest.every((set) => set.has(each))));
}

/** Ways out of a node: the cases of a branch and `else`; empty for every other node. */
export function outletsOf(node: { readonly use?: unknown; readonly with?: unknown }): readonly string[] {
  if (node.use !== "core/branch") return [];
  return [...Object.keys(asObject(own(asObject(node.with), "cases"))).filter((name) => name !== "else"), "else"];
}
