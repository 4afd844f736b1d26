import type { JsonObject } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { BehaviourOf, BodyUse } from "../../nodes/core-node.ts";
import type { Execution } from "../execution.ts";
import { type Frame, scopeOf } from "../frame.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { type InnerEnd, runInner } from "../run-inner.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";

export interface BodyPlan extends PlanCommon {
  readonly kind: "body";
  readonly body: SetPlan;
  readonly use: BodyUse;
}

/** Compiles a container of one body. */
export function planBody(behaviour: BehaviourOf<"body">, planner: Planner, graph: GraphNode, params: PlannedParams): BodyPlan {
  const values = params.reads();
  const body = planner.body(graph, "nodes", values);
  return {
    kind: "body",
    graph,
    effects: body.effects,
    body,
    use: behaviour.compile(params),
    reads: [...values, ...readsOf(body)],
  };
}

/** Runs the steps of a container once. */
export async function runBodyNode(exec: Execution, frame: Frame, plan: BodyPlan): Promise<Settlement> {
  const { graph, body, use } = plan;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  let vars: JsonObject;
  let settlement: Settlement;
  try {
    vars = use.vars?.(scopeOf(exec.run, frame)) ?? {};
  } catch (thrown) {
    settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs });
    return settlement;
  }
  const end = await runInner(exec, frame, { name: graph.name, set: body, vars });
  settlement = settle(exec, frame, plan, end);
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}

function settle(exec: Execution, outer: Frame, { use }: BodyPlan, { failure, control, frame }: InnerEnd): Settlement {
  if (failure && use.recover === undefined) return failed(failure.error);
  if (control) return { status: "succeeded", output: {}, control };
  try {
    const output = failure ? use.recover?.(scopeOf(exec.run, outer)) : use.output(scopeOf(exec.run, frame));
    return { status: "succeeded", output: output ?? null };
  } catch (thrown) {
    return failed(errorOf(thrown));
  }
}
