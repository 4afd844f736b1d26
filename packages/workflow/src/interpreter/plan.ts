import { type CompiledValue, compileValue, type Definitions } from "@mortise/builders";
import { joinPointer, MortiseError } from "@mortise/contract";
import { type GraphNode, readSetGraph, type SetGraph } from "../graph/set-graph.ts";
import { walkNodes } from "../graph/walk-nodes.ts";
import type { Workflow } from "../model/document.ts";
import { asObject } from "../model/loose.ts";
import type { CoreNode } from "../nodes/core-node.ts";
import { coreNode } from "../nodes/core-nodes.ts";
import type { OperationFacts } from "../ports/operation-port.ts";
import { type BodyPlan, planBody } from "./kinds/body-kind.ts";
import { type CallPlan, planCall } from "./kinds/call-kind.ts";
import { type EffectPlan, planEffect } from "./kinds/effect-kind.ts";
import { type ParallelPlan, planParallel } from "./kinds/parallel-kind.ts";
import { type PurePlan, planPure } from "./kinds/pure-kind.ts";
import { planRepeat, type RepeatPlan } from "./kinds/repeat-kind.ts";
import { planRetry, type RetryPlan } from "./kinds/retry-kind.ts";
import { planSubWorkflow, type SubWorkflowPlan } from "./kinds/sub-workflow-kind.ts";
import { planTry, type TryPlan } from "./kinds/try-kind.ts";
import { planWait, type WaitPlan } from "./kinds/wait-kind.ts";
import { type LoopPlan, planLoop } from "./loop/loop-plan.ts";
import { PlannedParams } from "./planned-params.ts";
import { type DurablePlan, planDurable } from "./state/durable-kind.ts";
import { using } from "./using-definitions.ts";

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
  /** A node of it may wait for long. */
  readonly mayWait: boolean;
}

/** A node set ready to run. */
export interface SetPlan {
  readonly graph: SetGraph;
  readonly nodes: ReadonlyMap<string, NodePlan>;
  readonly effects: Effects;
  /** Values outside of the nodes that see them once the set has run. */
  readonly resultReads: readonly Read[];
}

/** What the plan of every node has. */
export interface PlanCommon {
  readonly graph: GraphNode;
  readonly effects: Effects;
  /** Everything that the node reads, its bodies included. */
  readonly reads: readonly Read[];
}

/** A node ready to run; one file a kind. */
export type NodePlan =
  | CallPlan
  | PurePlan
  | EffectPlan
  | WaitPlan
  | LoopPlan
  | TryPlan
  | BodyPlan
  | RepeatPlan
  | RetryPlan
  | ParallelPlan
  | SubWorkflowPlan
  | DurablePlan;

/** Compiles every value of a workflow once. A value that cannot be compiled fails its node when it is reached. */
export function planWorkflow(workflow: Workflow, describe: (use: string) => OperationFacts | undefined): WorkflowPlan {
  const planner = new Planner(describe, streamsOf(workflow, describe), workflow.definitions);
  const output =
    workflow.output === undefined
      ? undefined
      : compileValue(workflow.output, { path: "/output", ...using(workflow.definitions) });
  const root = planner.set(workflow.nodes, "/nodes", output?.reads ?? []);
  return Object.freeze({ workflow, root, sets: planner.sets, output, mayWait: mayWait(workflow) });
}

/** What plans of nodes are made with. */
export class Planner {
  readonly sets = new Map<string, SetPlan>();
  readonly #describe: (use: string) => OperationFacts | undefined;
  readonly #streams: ReadonlySet<string>;
  readonly #definitions: Definitions | undefined;

  constructor(
    describe: (use: string) => OperationFacts | undefined,
    streams: ReadonlySet<string>,
    definitions: Definitions | undefined,
  ) {
    this.#describe = describe;
    this.#streams = streams;
    this.#definitions = definitions;
  }

  set(document: unknown, pointer: string, resultReads: readonly Read[] = []): SetPlan {
    const graph = readSetGraph(document, pointer);
    const nodes = new Map([...graph.nodes].map(([name, node]) => [name, this.#node(node)]));
    const plan: SetPlan = Object.freeze({ graph, nodes, effects: strongest([...nodes.values()].map(effectsOf)), resultReads });
    this.sets.set(pointer, plan);
    return plan;
  }

  /** The body of a container; `resultReads` is what values outside of its nodes read once it has run. */
  body(graph: GraphNode, slot: string, resultReads?: readonly Read[]): SetPlan {
    return this.set(asObject(graph.node.with)[slot], graph.pointer + joinPointer("with", slot), resultReads);
  }

  /** Whether one of the values reads rows that are not read yet. */
  readsStream(reads: readonly Read[]): boolean {
    return reads.some(([root, name = ""]) => root === "steps" && this.#streams.has(name));
  }

  /** Whether everything in a body may be done twice: calls as their contracts say, other workflows never. */
  isRepeatable(body: SetPlan): boolean {
    const { pointer } = body.graph;
    const inside = [...this.sets].filter(([each]) => each === pointer || each.startsWith(`${pointer}/`));
    return inside.every(([, { nodes }]) => [...nodes.values()].every(mayRepeat));
  }

  #node(graph: GraphNode): NodePlan {
    const core = coreNode(graph.node.use);
    return core ? this.#core(graph, core) : planCall(graph, this.#describe(String(graph.node.use)), this.#definitions);
  }

  #core(graph: GraphNode, core: CoreNode): NodePlan {
    const params = new PlannedParams(graph, core, this.#definitions);
    const { behaviour } = core;
    switch (behaviour.kind) {
      case "pure":
        return planPure(behaviour, graph, params);
      case "wait":
        return planWait(behaviour, graph, params);
      case "for-each":
        return planLoop(this, graph, params);
      case "try":
        return planTry(this, graph, params);
      case "effect":
        return planEffect(behaviour, graph, params);
      case "body":
        return planBody(behaviour, this, graph, params);
      case "repeat":
        return planRepeat(this, graph, params);
      case "retry":
        return planRetry(this, graph, params);
      case "parallel":
        return planParallel(this, graph, params);
      case "sub-workflow":
        return planSubWorkflow(graph, params);
      case "durable":
        return planDurable(behaviour, this, graph, params);
    }
  }
}

/** Kinds of nodes that may wait for days, or whose bodies may. */
const WAITING: ReadonlySet<string | undefined> = new Set(["wait", "durable", "retry", "sub-workflow"]);

function mayRepeat(plan: NodePlan): boolean {
  if (plan.graph.node.disabled === true) return true;
  return plan.kind === "call" ? plan.facts?.repeatable === true : plan.kind !== "sub-workflow";
}

function mayWait(workflow: Workflow): boolean {
  return walkNodes(workflow.nodes).some(({ node }) => WAITING.has(coreNode(node.use)?.behaviour.kind));
}

function streamsOf(workflow: Workflow, describe: (use: string) => OperationFacts | undefined): ReadonlySet<string> {
  const streams = walkNodes(workflow.nodes).filter(({ node }) => describe(String(node.use))?.streamItems !== undefined);
  return new Set(streams.map(({ name }) => name));
}

function effectsOf({ effects, graph }: NodePlan): Effects {
  return graph.node.disabled === true ? "none" : effects;
}

/** The strongest of some effects. */
export function strongest(effects: readonly Effects[]): Effects {
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
