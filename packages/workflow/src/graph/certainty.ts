import type { JsonObject } from "@mortise/contract";
import { asObject } from "../model/loose.ts";
import { coreNode, coreNodes } from "../nodes/core-nodes.ts";
import { NameIndex, type NameSet } from "./name-set.ts";
import type { Order } from "./order.ts";
import { type Entry, type GraphNode, readEntry, type SetGraph } from "./set-graph.ts";

/** What is certain about a node before anything runs. */
export interface Certainty {
  /** Nodes (`"enrich"`) that have succeeded and branch outlets (`"big.large"`) that were taken whenever the node runs. */
  readonly given: NameSet;
  /** Why the node can never run; absent: it can. */
  readonly never?: string;
  /** The node succeeds whenever its set does. */
  readonly always: boolean;
}

/** Works out what is certain about each node of a set. */
export function certaintyOf(graph: SetGraph, { names }: Order): ReadonlyMap<string, Certainty> {
  const known = new Map<string, Certainty>();
  const outlets = [...graph.nodes.values()].flatMap(({ name, node }) => outletsOf(node).map((outlet) => `${name}.${outlet}`));
  const certain: Certain = { graph, index: new NameIndex([...names, ...outlets]), known };
  for (const name of names) {
    const node = graph.nodes.get(name);
    if (node) known.set(name, certainty(certain, node));
  }
  return known;
}

interface Certain {
  readonly graph: SetGraph;
  readonly index: NameIndex;
  readonly known: ReadonlyMap<string, Certainty>;
}

function certainty(certain: Certain, node: GraphNode): Certainty {
  const { graph, index, known } = certain;
  const entries = node.entries.filter((entry) => graph.nodes.has(entry.node));
  const isAny = node.node.join === "any";
  const ways: NameSet[] = node.handles.map((from) => known.get(from)?.given ?? index.none());
  const sets = entries.map((entry) => givenBy(certain, entry));
  const joined = isAny ? common(index, sets) : all(index, sets);
  if (entries.length > 0 || node.handles.length === 0) ways.push(joined);
  const given = common(index, ways);
  const never = whyNever(certain, { node, entries, isAny, joined });
  const calm = node.node.onError === undefined || node.node.onError === "stop";
  const isSure = (entry: Entry) => entry.outlet === undefined && known.get(entry.node)?.always === true;
  const reached = entries.length === 0 ? node.handles.length === 0 : isAny ? entries.some(isSure) : entries.every(isSure);
  const always = never === undefined && calm && reached && node.node.disabled !== true;
  return { given, always, ...(never === undefined ? {} : { never }) };
}

function givenBy({ graph, index, known }: Certain, { node, outlet }: Entry): NameSet {
  const source = graph.nodes.get(node);
  const given = known.get(node)?.given.copy() ?? index.none();
  if (source?.node.disabled === true) return given;
  if (source?.node.onError !== "continue" || outlet !== undefined) given.add(node);
  if (outlet !== undefined) given.add(`${node}.${outlet}`);
  return given;
}

interface Joining {
  readonly node: GraphNode;
  readonly entries: readonly Entry[];
  readonly isAny: boolean;
  readonly joined: NameSet;
}

function whyNever({ graph, known }: Certain, { node, entries, isAny, joined }: Joining): string | undefined {
  const handled = node.handles.some((from) => known.get(from)?.never === undefined);
  if (handled || entries.length === 0) return undefined;
  const reasons = entries.map((entry) => whyNotTaken(graph, entry, known));
  if (isAny) return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  const first = reasons.find((reason) => reason !== undefined);
  // One way alone holds what its node holds, which can run.
  return first ?? (entries.length > 1 ? twoWays(joined) : undefined);
}

function whyNotTaken(graph: SetGraph, { node }: Entry, known: Certain["known"]): string | undefined {
  const source = graph.nodes.get(node)?.node;
  if (known.get(node)?.never !== undefined) return `"${node}" can never run`;
  if (source !== undefined && NEVER_SUCCEED.has(source.use) && source.onError !== "continue" && source.disabled !== true)
    return `"${node}" never succeeds, and what comes after it is skipped`;
  return undefined;
}

/** Two ways out of one branch are never taken both. */
function twoWays(joined: NameSet): string | undefined {
  const taken = new Map<string, string>();
  for (const token of joined) {
    const { node, outlet } = readEntry(token, 0);
    if (outlet === undefined) continue;
    const other = taken.get(node);
    if (other !== undefined) return `it waits for both "${node}.${other}" and "${node}.${outlet}", and a branch takes one way`;
    taken.set(node, outlet);
  }
  return undefined;
}

function all(index: NameIndex, sets: readonly NameSet[]): NameSet {
  const joined = index.none();
  for (const set of sets) joined.addAll(set);
  return joined;
}

function common(index: NameIndex, sets: readonly NameSet[]): NameSet {
  const [first, ...rest] = sets;
  if (first === undefined) return index.none();
  const shared = first.copy();
  for (const set of rest) shared.keep(set);
  return shared;
}

/** Ways out of a node, of which it takes one: the cases of a branch and `else`, what an approval came to; empty for a node that has only one. */
export function outletsOf(node: { readonly use?: unknown; readonly with?: unknown }): readonly string[] {
  const core = coreNode(node.use);
  if (core === undefined) return [];
  return core.outlets?.(asObject(node.with) as JsonObject) ?? core.spec.outlets ?? [];
}

/** Core nodes that never succeed, whatever they are given: nothing comes after them. */
const NEVER_SUCCEED: ReadonlySet<string> = new Set(
  coreNodes.filter((node) => node.output({}, { of: () => true }) === false).map(({ spec }) => spec.use),
);
