import type { ErrorData } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import { slotsOf } from "../../graph/walk-nodes.ts";
import type { BehaviourOf, DurableResult } from "../../nodes/core-node.ts";
import type { NodeTools } from "../../nodes/node-tools.ts";
import type { Execution } from "../execution.ts";
import type { Frame } from "../frame.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { type Control, errorOf, failed, type Settlement } from "../settlement.ts";
import { durableTools } from "./durable-tools.ts";
import { engineThrew } from "./engine-threw.ts";

/** A node that waits or remembers. */
export interface DurablePlan extends PlanCommon {
  readonly kind: "durable";
  readonly run: (tools: NodeTools) => Promise<DurableResult>;
  readonly bodies: ReadonlyMap<string, SetPlan>;
}

/** Compiles a node that waits or remembers, with its bodies. */
export function planDurable(
  behaviour: BehaviourOf<"durable">,
  planner: Planner,
  graph: GraphNode,
  params: PlannedParams,
): DurablePlan {
  const values = params.reads();
  const bodies = new Map(slotsOf(graph.node as never).map((slot) => [slot, planner.body(graph, slot, values)]));
  const run = behaviour.compile(params);
  const reads = [...values, ...[...bodies.values()].flatMap(readsOf)];
  return { kind: "durable", graph, effects: "durable", run, bodies, reads };
}

/** Runs it: what it throws is its failure, unless the engine threw it. */
export async function runDurable(exec: Execution, frame: Frame, plan: DurablePlan): Promise<Settlement> {
  const { graph } = plan;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  let settlement: Settlement;
  let control: Control | undefined;
  const tools = durableTools(exec, frame, plan, (each) => {
    control ??= each;
  });
  try {
    const result = await plan.run(tools);
    settlement = "error" in result ? failed(result.error) : { status: "succeeded", ...result, ...(control && { control }) };
  } catch (thrown) {
    if (engineThrew(exec, thrown)) throw thrown;
    settlement = failed(withPlace(errorOf(thrown), graph));
  }
  exec.log.settled(frame, graph, settlement, { atMs: exec.log.now(), durationMs: exec.log.now() - atMs });
  return settlement;
}

function withPlace(error: ErrorData, { pointer }: GraphNode): ErrorData {
  return error.path === undefined ? { ...error, path: pointer } : error;
}
