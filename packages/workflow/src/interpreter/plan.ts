import { type CompiledValue, compileRules, compileValue, type Scope } from "@mortise/builders";
import { getPointer, type Json, type JsonObject, joinPointer, MortiseError } from "@mortise/contract";
import { type GraphNode, readSetGraph, type SetGraph } from "../graph/set-graph.ts";
import { walkNodes } from "../graph/walk-nodes.ts";
import type { Workflow } from "../model/document.ts";
import { asObject } from "../model/loose.ts";
import type { CoreNode, NodeParams, PureResult } from "../nodes/core-node.ts";
import { coreNode } from "../nodes/core-nodes.ts";
import type { OperationFacts } from "../ports/operation-port.ts";

/**
 * What executing something does.
 * - `none`: nothing outside; computed again on every replay.
 * - `read`: only reads, so a repeat is harmless.
 * - `durable`: writes or waits.
 */
export type Effects = "none" | "read" | "durable";

/** A place that values read: variable, then fields; `*` is any element. */
export type Read = readonly string[];

/** A workflow ready to run. */
export interface WorkflowPlan {
  readonly workflow: Workflow;
  readonly root: SetPlan;
  /** Every node set by its JSON pointer. */
  readonly sets: ReadonlyMap<string, SetPlan>;
  readonly output: CompiledValue | undefined;
}

/** A node set ready to run. */
export interface SetPlan {
  readonly graph: SetGraph;
  readonly nodes: ReadonlyMap<string, NodePlan>;
  readonly effects: Effects;
  /** Values outside of the nodes that see them once the set has run. */
  readonly resultReads: readonly Read[];
}

interface PlanCommon {
  readonly graph: GraphNode;
  readonly effects: Effects;
  /** Everything that the node reads, its bodies included. */
  readonly reads: readonly Read[];
}

export interface CallPlan extends PlanCommon {
  readonly kind: "call" | "stream";
  readonly input: CompiledValue;
  readonly facts: OperationFacts | undefined;
}
export interface PurePlan extends PlanCommon {
  readonly kind: "pure";
  readonly run: (scope: Scope) => PureResult;
}
export interface WaitPlan extends PlanCommon {
  readonly kind: "wait";
  readonly until: (scope: Scope, nowMs: number) => number;
}
export interface LoopPlan extends PlanCommon {
  readonly kind: "for-each";
  readonly items: CompiledValue;
  /** Absent: one item a round. */
  readonly batch: number | undefined;
  readonly concurrency: number;
  readonly stopOnError: boolean;
  readonly body: SetPlan;
  readonly collect: CompiledValue | undefined;
}
export interface TryPlan extends PlanCommon {
  readonly kind: "try";
  readonly body: SetPlan;
  readonly catch: SetPlan | undefined;
  readonly finally: SetPlan | undefined;
}

/** A node ready to run. */
export type NodePlan = CallPlan | PurePlan | WaitPlan | LoopPlan | TryPlan;

/** Compiles every value of a workflow once. A value that cannot be compiled fails its node when it is reached. */
export function planWorkflow(workflow: Workflow, describe: (use: string) => OperationFacts | undefined): WorkflowPlan {
  const planner = new Planner(describe, streamsOf(workflow, describe));
  const output = workflow.output === undefined ? undefined : compileValue(workflow.output, { path: "/output" });
  const root = planner.set(workflow.nodes, "/nodes", output?.reads ?? []);
  return Object.freeze({ workflow, root, sets: planner.sets, output });
}

class Planner {
  readonly sets = new Map<string, SetPlan>();
  readonly #describe: (use: string) => OperationFacts | undefined;
  readonly #streams: ReadonlySet<string>;

  constructor(describe: (use: string) => OperationFacts | undefined, streams: ReadonlySet<string>) {
    this.#describe = describe;
    this.#streams = streams;
  }

  set(document: unknown, pointer: string, resultReads: readonly Read[] = []): SetPlan {
    const graph = readSetGraph(document, pointer);
    const nodes = new Map([...graph.nodes].map(([name, node]) => [name, this.#node(node)]));
    const plan: SetPlan = Object.freeze({ graph, nodes, effects: strongest([...nodes.values()].map(effectsOf)), resultReads });
    this.sets.set(pointer, plan);
    return plan;
  }

  #node(graph: GraphNode): NodePlan {
    const core = coreNode(graph.node.use);
    return core ? this.#core(graph, core) : this.#operation(graph);
  }

  #operation(graph: GraphNode): CallPlan {
    const facts = this.#describe(String(graph.node.use));
    const input = compileValue((graph.node.with ?? {}) as Json, { path: `${graph.pointer}/with` });
    const kind = facts?.streamItems === undefined ? "call" : "stream";
    const effects = kind === "stream" ? "none" : facts?.effect === "read" ? "read" : "durable";
    return { kind, graph, effects, input, facts, reads: input.reads };
  }

  #core(graph: GraphNode, core: CoreNode): NodePlan {
    const params = new Params(graph, core);
    const { behaviour } = core;
    switch (behaviour.kind) {
      case "pure":
        return { kind: "pure", graph, effects: "none", run: behaviour.compile(params), reads: params.reads() };
      case "wait":
        return { kind: "wait", graph, effects: "durable", until: behaviour.compile(params), reads: params.reads() };
      case "for-each":
        return this.#loop(graph, params);
      case "try":
        return this.#try(graph, params);
    }
  }

  #loop(graph: GraphNode, params: Params): LoopPlan {
    const { batch, concurrency, onItemError } = params.with;
    const collect = "collect" in params.with ? params.value("collect") : undefined;
    const body = this.#body(graph, "nodes", collect?.reads);
    const items = params.value("items");
    const reading: Effects = items.reads.some(([root, name = ""]) => root === "steps" && this.#streams.has(name))
      ? "read"
      : "none";
    return {
      kind: "for-each",
      graph,
      effects: strongest([reading, body.effects]),
      items,
      batch: typeof batch === "number" ? Math.max(1, batch) : undefined,
      concurrency: typeof concurrency === "number" ? Math.max(1, concurrency) : 1,
      stopOnError: onItemError !== "continue",
      body,
      collect,
      reads: [...params.reads(), ...readsOf(body)],
    };
  }

  #try(graph: GraphNode, params: Params): TryPlan {
    const body = this.#body(graph, "nodes");
    const handler = "catch" in params.with ? this.#body(graph, "catch") : undefined;
    const last = "finally" in params.with ? this.#body(graph, "finally") : undefined;
    const sets = [body, handler, last].filter((set) => set !== undefined);
    const effects = strongest(sets.map((set) => set.effects));
    return { kind: "try", graph, effects, body, catch: handler, finally: last, reads: sets.flatMap(readsOf) };
  }

  #body(graph: GraphNode, slot: string, resultReads?: readonly Read[]): SetPlan {
    return this.set(asObject(graph.node.with)[slot], graph.pointer + joinPointer("with", slot), resultReads);
  }
}

class Params implements NodeParams {
  readonly with: JsonObject;
  readonly #pointer: string;
  readonly #compiled = new Map<string, CompiledValue>();

  constructor({ node, pointer }: GraphNode, core: CoreNode) {
    this.with = asObject(node.with) as JsonObject;
    this.#pointer = `${pointer}/with`;
    for (const { path } of core.values(this.with)) this.value(...path);
  }

  value(...path: string[]): CompiledValue {
    const pointer = joinPointer(...path);
    const known = this.#compiled.get(pointer);
    if (known) return known;
    const compiled = compileValue(this.#literal(pointer), { path: this.#pointer + pointer });
    this.#compiled.set(pointer, compiled);
    return compiled;
  }

  rules(...path: string[]) {
    const pointer = joinPointer(...path);
    return compileRules(this.#literal(pointer), { path: this.#pointer + pointer });
  }

  reads(): readonly Read[] {
    return [...this.#compiled.values()].flatMap(({ reads }) => reads);
  }

  #literal(pointer: string): Json {
    return getPointer(this.with, pointer) ?? null;
  }
}

function streamsOf(workflow: Workflow, describe: (use: string) => OperationFacts | undefined): ReadonlySet<string> {
  const streams = walkNodes(workflow.nodes).filter(({ node }) => describe(String(node.use))?.streamItems !== undefined);
  return new Set(streams.map(({ name }) => name));
}

function effectsOf({ effects, graph }: NodePlan): Effects {
  return graph.node.disabled === true ? "none" : effects;
}

function strongest(effects: readonly Effects[]): Effects {
  if (effects.includes("durable")) return "durable";
  return effects.includes("read") ? "read" : "none";
}

/** What the nodes of a set read. */
export function readsOf(set: SetPlan): readonly Read[] {
  return [...[...set.nodes.values()].flatMap(({ reads }) => reads), ...set.resultReads];
}

/** The plan of a node that is known to exist. Throws `INTERNAL` otherwise. */
export function planOf(set: SetPlan, name: string): NodePlan {
  const plan = set.nodes.get(name);
  if (plan === undefined) throw new MortiseError("INTERNAL", `There is no node "${name}" at ${set.graph.pointer}.`);
  return plan;
}
