import type { Scope } from "@mortise/builders";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { BehaviourOf } from "../../nodes/core-node.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf, scopeOf } from "../frame.ts";
import type { PlanCommon } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import type { NodeStart } from "../run-node.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";
import { sleepOrPark } from "../sleep-or-park.ts";

export interface WaitPlan extends PlanCommon {
  readonly kind: "wait";
  readonly until: (scope: Scope, nowMs: number) => number;
}

/** Compiles a wait. */
export function planWait(behaviour: BehaviourOf<"wait">, graph: GraphNode, params: PlannedParams): WaitPlan {
  return { kind: "wait", graph, effects: "durable", until: behaviour.compile(params), reads: params.reads() };
}

/** Waits. */
export async function runWait(exec: Execution, frame: Frame, plan: WaitPlan, start: NodeStart): Promise<Settlement> {
  const { graph } = plan;
  const path = pathOf(frame, graph.name);
  const waited = frame.resume?.at === graph.name ? frame.resume.waitedUntilMs : undefined;
  if (waited !== undefined) return finish(exec, frame, plan, waited);
  const nowMs = await exec.ctx.now(`${path}#now`);
  let untilMs: number;
  try {
    untilMs = plan.until(scopeOf(exec.run, frame), nowMs);
  } catch (thrown) {
    const settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs: nowMs });
    return settlement;
  }
  exec.log.waiting(frame, graph);
  const snapshot = { settled: Object.fromEntries(start.settled), at: graph.name, waitedUntilMs: untilMs };
  await sleepOrPark(exec, frame, { key: `${path}#sleep`, atMs: untilMs, nowMs, snapshot });
  return finish(exec, frame, plan, untilMs);
}

function finish(exec: Execution, frame: Frame, { graph }: WaitPlan, untilMs: number): Settlement {
  const settlement: Settlement = { status: "succeeded", output: { until: new Date(untilMs).toISOString() } };
  exec.log.settled(frame, graph, settlement, { atMs: untilMs });
  return settlement;
}
