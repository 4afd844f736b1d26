import type { ErrorData } from "@mortise/contract";
import { type Entry, type GraphNode, predecessors, type SetGraph } from "../graph/set-graph.ts";
import type { Control, Settlement, Skipped } from "./settlement.ts";

/** Where one execution of a node set stands. */
export interface SetState {
  readonly graph: SetGraph;
  /** The nodes to be executed here; the others are only looked at. */
  readonly only: ReadonlySet<string>;
  readonly settled: ReadonlyMap<string, Settlement>;
  readonly running: ReadonlySet<string>;
  /** The first error that nothing in the set handles. */
  readonly failure?: NodeFailure;
  /** Set by the first node that ended more than itself. */
  readonly control?: Control;
}

/** An error and the node it came from. */
export interface NodeFailure {
  readonly node: string;
  readonly error: ErrorData;
}

/** What happened. */
export type SetEvent =
  | { readonly kind: "begin" }
  | { readonly kind: "settled"; readonly results: ReadonlyMap<string, Settlement> };

/** What to do next. */
export type SetCommand =
  | { readonly kind: "run"; readonly node: string; readonly error?: ErrorData }
  | { readonly kind: "skip"; readonly node: string; readonly settlement: Skipped }
  | { readonly kind: "end"; readonly failure?: NodeFailure; readonly control?: Control };

/** The state before anything ran. */
export function beginSet(
  graph: SetGraph,
  only: Iterable<string> = graph.nodes.keys(),
  settled: ReadonlyMap<string, Settlement> = new Map(),
): SetState {
  const names = new Set(only);
  const undecided = new Set([...names].filter((name) => !settled.has(name)));
  const state: OpenState = { graph, only: names, settled: new Map(settled), running: new Set(), undecided };
  return state;
}

/** What only the state machine changes. */
interface OpenState extends SetState {
  readonly settled: Map<string, Settlement>;
  readonly running: Set<string>;
  /** In the order in which they are decided. */
  readonly undecided: Set<string>;
  failure?: NodeFailure;
  control?: Control;
}

/**
 * The state machine of a node set: what to do after an event, as a function of state and event alone. The state is used up: what comes
 * back is to be used in its place.
 *
 * A node is decided when all it waits for have settled: it runs when the joining rule holds, or when an error was routed to it, and
 * is skipped otherwise. After an unhandled error nothing new starts, and the set ends when what runs has settled. After a node that
 * ends the loop or the run, all that has not begun is skipped.
 *
 * Only what waits for something that settled is looked at again, so that a long chain costs no more a node than a short one.
 */
export function advance(
  before: SetState,
  event: SetEvent,
): { readonly state: SetState; readonly commands: readonly SetCommand[] } {
  const state = before as OpenState;
  const commands: SetCommand[] = [];
  let candidates: readonly string[] | undefined;
  if (event.kind === "settled") {
    for (const [node, settlement] of event.results) {
      state.settled.set(node, settlement);
      state.running.delete(node);
      state.undecided.delete(node);
      if (settlement.status === "failed" && !isHandled(state.graph, node)) state.failure ??= { node, error: settlement.error };
      if (settlement.status === "succeeded" && settlement.control) state.control ??= settlement.control;
    }
    candidates = followersOf(state.graph, [...event.results.keys()]);
  }
  if (state.failure === undefined && state.control !== undefined) {
    for (const node of state.undecided) {
      commands.push({ kind: "skip", node, settlement: SKIPPED });
      state.settled.set(node, SKIPPED);
    }
    state.undecided.clear();
  }
  if (state.failure === undefined) decideAll(state, candidates, commands);
  if (state.running.size === 0) {
    if (state.failure === undefined && state.undecided.size > 0) state.failure = stuck([...state.undecided]);
    commands.push({
      kind: "end",
      ...(state.failure && { failure: state.failure }),
      ...(state.control && { control: state.control }),
    });
  }
  return { state, commands };
}

/**
 * Decides what can be, again and again in the order of the set until nothing changes. Before the first skip only those `among` can have
 * become decidable; absent: all.
 */
function decideAll(state: OpenState, among: readonly string[] | undefined, commands: SetCommand[]): void {
  if (among?.length === 0) return;
  const { graph, settled, running, undecided } = state;
  let looked = among === undefined ? undefined : new Set(among);
  for (let progress = true; progress; ) {
    progress = false;
    for (const name of looked?.size === 1 && among !== undefined ? among : [...undecided]) {
      if (!undecided.has(name) || looked?.has(name) === false) continue;
      const node = graph.nodes.get(name);
      const decision = node && decide(graph, node, settled);
      if (decision === undefined) continue;
      if (decision.kind === "skip" && looked !== undefined) {
        // Others may follow from it, those behind it in this very pass.
        looked = undefined;
        progress = true;
        break;
      }
      commands.push(decision);
      undecided.delete(name);
      if (decision.kind === "run") running.add(name);
      else {
        settled.set(name, decision.settlement);
        progress = true;
      }
    }
  }
}

const SKIPPED: Skipped = Object.freeze({ status: "skipped" });

function decide(
  graph: SetGraph,
  node: GraphNode,
  settled: ReadonlyMap<string, Settlement>,
): Exclude<SetCommand, { kind: "end" }> | undefined {
  for (const { node: name } of node.entries) if (graph.nodes.has(name) && !settled.has(name)) return undefined;
  for (const name of node.handles) if (graph.nodes.has(name) && !settled.has(name)) return undefined;
  const error = routedError(graph, node, settled);
  if (error === undefined && !joins(graph, node, settled)) return { kind: "skip", node: node.name, settlement: SKIPPED };
  if (node.node.disabled === true) return { kind: "skip", node: node.name, settlement: { status: "skipped", passed: true } };
  return { kind: "run", node: node.name, ...(error && { error }) };
}

const FOLLOWERS = new WeakMap<SetGraph, ReadonlyMap<string, readonly string[]>>();

/** Names of the nodes that wait for any of these. */
function followersOf(graph: SetGraph, names: readonly string[]): readonly string[] {
  const known = FOLLOWERS.get(graph) ?? followersIn(graph);
  FOLLOWERS.set(graph, known);
  if (names.length === 1) return known.get(names[0] ?? "") ?? [];
  return [...new Set(names.flatMap((name) => known.get(name) ?? []))];
}

function followersIn(graph: SetGraph): ReadonlyMap<string, readonly string[]> {
  const followers = new Map<string, string[]>();
  for (const node of graph.nodes.values()) {
    for (const name of predecessors(node)) {
      const known = followers.get(name);
      if (known) known.push(node.name);
      else followers.set(name, [node.name]);
    }
  }
  return followers;
}

function joins(graph: SetGraph, { entries, handles, node }: GraphNode, settled: ReadonlyMap<string, Settlement>): boolean {
  if (entries.length === 0) return handles.length === 0;
  const isTaken = (entry: Entry) => taken(graph, entry, settled.get(entry.node));
  return node.join === "any" ? entries.some(isTaken) : entries.every(isTaken);
}

function taken(graph: SetGraph, { node, outlet }: Entry, settlement: Settlement | undefined): boolean {
  switch (settlement?.status) {
    case "succeeded":
      return outlet === undefined || outlet === settlement.outlet;
    case "failed":
      return outlet === undefined && graph.nodes.get(node)?.node.onError === "continue";
    case "skipped":
      return settlement.passed === true;
    default:
      return false;
  }
}

function routedError(
  graph: SetGraph,
  { name, handles }: GraphNode,
  settled: ReadonlyMap<string, Settlement>,
): ErrorData | undefined {
  for (const from of handles) {
    const settlement = settled.get(from);
    if (settlement?.status === "failed" && graph.nodes.get(from)?.node.onError === name) return settlement.error;
  }
  return undefined;
}

function isHandled(graph: SetGraph, name: string): boolean {
  const target = graph.nodes.get(name)?.node.onError;
  if (target === undefined || target === "stop") return false;
  return target === "continue" || graph.nodes.has(target);
}

function stuck(names: readonly string[]): NodeFailure {
  const message = `${names.map((name) => `"${name}"`).join(", ")} can never run: they wait for each other or for nothing that exists.`;
  return { node: names[0] ?? "", error: { code: "CYCLIC_GRAPH", message, remedy: "Check the workflow." } };
}
