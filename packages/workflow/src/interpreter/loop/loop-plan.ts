import type { CompiledValue } from "@mortise/builders";
import type { GraphNode } from "../../graph/set-graph.ts";
import { type Effects, type PlanCommon, type Planner, readsOf, type SetPlan, strongest } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";

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

/** Compiles a for-each with its body. */
export function planLoop(planner: Planner, graph: GraphNode, params: PlannedParams): LoopPlan {
  const { batch, concurrency, onItemError } = params.with;
  const collect = "collect" in params.with ? params.value("collect") : undefined;
  const body = planner.body(graph, "nodes", collect?.reads);
  const items = params.value("items");
  const reading: Effects = planner.readsStream(items.reads) ? "read" : "none";
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
