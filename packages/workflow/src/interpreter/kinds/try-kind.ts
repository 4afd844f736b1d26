import type { ErrorData, Json, JsonObject } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { Execution } from "../execution.ts";
import { caught, type Frame, pathOf } from "../frame.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan, strongest } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { insideOf, runBody } from "../run-body.ts";
import type { NodeStart } from "../run-node.ts";
import { type Control, failed, type Settlement } from "../settlement.ts";
import type { InsideSnapshot } from "../snapshot.ts";

export interface TryPlan extends PlanCommon {
  readonly kind: "try";
  readonly body: SetPlan;
  readonly catch: SetPlan | undefined;
  readonly finally: SetPlan | undefined;
}

/** Compiles a try with its bodies. */
export function planTry(planner: Planner, graph: GraphNode, params: PlannedParams): TryPlan {
  const body = planner.body(graph, "nodes");
  const handler = "catch" in params.with ? planner.body(graph, "catch") : undefined;
  const last = "finally" in params.with ? planner.body(graph, "finally") : undefined;
  const sets = [body, handler, last].filter((set) => set !== undefined);
  const effects = strongest(sets.map((set) => set.effects));
  return { kind: "try", graph, effects, body, catch: handler, finally: last, reads: sets.flatMap(readsOf) };
}

/** What is known of a try between two of its bodies. */
type TryState = Pick<InsideSnapshot, "caught" | "pending" | "control">;

/** Runs the steps of a try, its catch steps where they fail, and its finally steps in any case. */
export async function runTry(exec: Execution, frame: Frame, plan: TryPlan, start: NodeStart): Promise<Settlement> {
  const { graph } = plan;
  const resumed = insideOf(frame, start);
  const atMs = exec.log.now();
  if (resumed === undefined) exec.log.running(frame, graph);

  const body = async (set: SetPlan, slot: string, state: TryState) => {
    const vars: JsonObject = slot === "catch" && state.caught ? { error: caught(state.caught) } : {};
    const end = await runBody(exec, frame, start, { set, slot, prefix: `${pathOf(frame, graph.name)}/`, vars, state });
    control ??= end.control;
    return end.failure?.error;
  };

  let control: Control | undefined = resumed?.control;
  let failure: ErrorData | undefined = resumed?.caught;
  let pending: ErrorData | undefined = resumed?.pending;
  const phase = resumed?.slot ?? "nodes";
  if (phase === "nodes") failure = await body(plan.body, "nodes", {});
  if (phase !== "finally") pending = failure && plan.catch ? await body(plan.catch, "catch", { caught: failure }) : failure;
  if (plan.finally) {
    const state = { ...(failure && { caught: failure }), ...(pending && { pending }), ...(control && { control }) };
    pending = (await body(plan.finally, "finally", state)) ?? pending;
  }
  const output: Json = failure ? { ok: false, error: caught(failure) } : { ok: true };
  const settlement: Settlement = pending ? failed(pending) : { status: "succeeded", output, ...(control && { control }) };
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}
