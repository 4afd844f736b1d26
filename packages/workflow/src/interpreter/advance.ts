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
  return { graph, only: new Set(only), settled, running: new Set() };
}

/**
 * The state machine of a node set: what to do after an event, as a function of state and event alone.
 *
 * A node is decided when all it waits for have settled: it runs when the joining rule holds, or when an error was routed to it, and
 * is skipped otherwise. After an unhandled error nothing new starts, and the set ends when what runs has settled. After a node that
 * ends the loop or the run, all that has not begun is skipped.
 */
export function advance(
  state: SetState,
  event: SetEvent,
): { readonly state: SetState; readonly commands: readonly SetCommand[] } {
  const settled = new Map(state.settled);
  const running = new Set(state.running);
  const commands: SetCommand[] = [];
  let { failure, control } = state;
  if (event.kind === "settled") {
    for (const [node, settlement] of event.results) {
      settled.set(node, settlement);
      running.delete(node);
      if (settlement.status === "failed" && !isHandled(state.graph, node)) failure ??= { node, error: settlement.error };
      if (settlement.status === "succeeded") control ??= settlement.control;
    }
  }
  let undecided = [...state.only].filter((name) => !settled.has(name) && !running.has(name));
  if (failure === undefined && control !== undefined) {
    for (const node of undecided) {
      commands.push({ kind: "skip", node, settlement: SKIPPED });
      settled.set(node, SKIPPED);
    }
    undecided = [];
  }
  for (let progress = failure === undefined; progress; ) {
    progress = false;
    for (const name of undecided) {
      const node = state.graph.nodes.get(name);
      const decision = node && decide(state.graph, node, settled);
      if (decision === undefined) continue;
      commands.push(decision);
      if (decision.kind === "run") running.add(name);
      if (decision.kind === "skip") {
        settled.set(name, decision.settlement);
        progress = true;
      }
    }
    undecided = undecided.filter((name) => !settled.has(name) && !running.has(name));
  }
  if (running.size === 0) {
    if (failure === undefined && undecided.length > 0) failure = stuck(undecided);
    commands.push({ kind: "end", ...(failure && { failure }), ...(control && { control }) });
  }
  return { state: { ...state, settled, running, ...(failure && { failure }), ...(control && { control }) }, commands };
}

const SKIPPED: Skipped = Object.freeze({ status: "skipped" });

function decide(graph: SetGraph, node: GraphNode, settled: ReadonlyMap<string, Settlement>): SetCommand | undefined {
  if (predecessors(node).some((name) => graph.nodes.has(name) && !settled.has(name))) return undefined;
  const error = routedError(graph, node, settled);
  if (error === undefined && !joins(graph, node, settled)) return { kind: "skip", node: node.name, settlement: SKIPPED };
  if (node.node.disabled === true) return { kind: "skip", node: node.name, settlement: { status: "skipped", passed: true } };
  return { kind: "run", node: node.name, ...(error && { error }) };
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
