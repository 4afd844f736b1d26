import { type ErrorData, type Json, MortiseError } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { BehaviourOf, EffectRequest } from "../../nodes/core-node.ts";
import type { StepAttempt } from "../../ports/durable-context.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf, scopeOf } from "../frame.ts";
import type { PlanCommon } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";

export interface EffectPlan extends PlanCommon {
  readonly kind: "effect";
  readonly request: (scope: ReturnType<typeof scopeOf>) => EffectRequest;
  readonly accept: ((output: Json) => void) | undefined;
}

/** What the journal keeps; a failure is data. */
type Asked = { readonly output: Json } | { readonly error: ErrorData };

/** Compiles a call of a port. */
export function planEffect(behaviour: BehaviourOf<"effect">, graph: GraphNode, params: PlannedParams): EffectPlan {
  const effects = behaviour.repeatable ? "read" : "durable";
  const accept = behaviour.accepts?.(params);
  return { kind: "effect", graph, effects, request: behaviour.compile(params), accept, reads: params.reads() };
}

/** Asks a port for something, once. After a crash in the middle it is asked again. */
export async function runEffect(exec: Execution, frame: Frame, plan: EffectPlan): Promise<Settlement> {
  const { graph } = plan;
  const path = pathOf(frame, graph.name);
  const atMs = exec.log.now();
  let request: EffectRequest;
  try {
    request = plan.request(scopeOf(exec.run, frame));
  } catch (thrown) {
    const settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs });
    return settlement;
  }
  const perform = async ({ signal }: Pick<StepAttempt, "signal">): Promise<Asked> => {
    exec.log.running(frame, graph);
    return await ask(exec, plan, request, { path, signal }).then(
      (output) => ({ output }),
      (thrown) => ({ error: errorOf(thrown) }),
    );
  };
  const asked = exec.inStep
    ? await perform(exec.inStep)
    : ((await exec.ctx.step(`${path}#1`, perform as never)) as unknown as Asked);
  const settlement: Settlement = "error" in asked ? failed(asked.error) : { status: "succeeded", output: asked.output };
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}

interface Place {
  readonly path: string;
  readonly signal: AbortSignal;
}

/** In check mode nothing leaves: only what stays inside is run. */
async function ask(exec: Execution, plan: EffectPlan, request: EffectRequest, { path, signal }: Place): Promise<Json> {
  const { ports, run } = exec;
  switch (request.to) {
    case "respond":
      return { sent: run.dryRun ? false : ((await ports.answers?.answer(exec.ctx.runId, request.answer)) ?? false) };
    case "metric":
      if (!run.dryRun) ports.metrics?.record(request.metric);
      return { value: request.metric.value };
    case "code": {
      if (ports.code === undefined)
        throw new MortiseError("MISCONFIGURED", "This deployment runs no code of workflows: it has no sandbox.");
      const output = await ports.code.run({ ...request.program, runId: run.runId, stepPath: path, signal });
      plan.accept?.(output);
      return output;
    }
  }
}
