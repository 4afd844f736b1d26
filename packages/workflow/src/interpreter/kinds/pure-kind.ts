import type { Scope } from "@mortise/builders";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { BehaviourOf, PureResult } from "../../nodes/core-node.ts";
import type { PlanCommon } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";

export interface PurePlan extends PlanCommon {
  readonly kind: "pure";
  readonly run: (scope: Scope) => PureResult;
}

/** Compiles a node without an effect. */
export function planPure(behaviour: BehaviourOf<"pure">, graph: GraphNode, params: PlannedParams): PurePlan {
  return { kind: "pure", graph, effects: "none", run: behaviour.compile(params), reads: params.reads() };
}
