import type { CompiledValue } from "@mortise/builders";
import { type ErrorData, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import { checkPayload } from "../../triggers/check-payload.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf, scopeOf } from "../frame.ts";
import type { PlanCommon } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { ABI, type SubInput } from "../program-input.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";

/** Workflows inside of workflows: deeper than anybody draws, soon enough to end one that calls itself. */
const MOST_DEEP = 8;
const HASH = /^[0-9a-f]{64}$/;

export interface SubWorkflowPlan extends PlanCommon {
  readonly kind: "sub-workflow";
  readonly reference: string;
  readonly input: CompiledValue | undefined;
}

/** Compiles a use of another workflow. */
export function planSubWorkflow(graph: GraphNode, params: PlannedParams): SubWorkflowPlan {
  const input = "input" in params.with ? params.value("input") : undefined;
  const reference = String(params.with.workflow);
  return { kind: "sub-workflow", graph, effects: "durable", reference, input, reads: params.reads() };
}

/** Runs another workflow as a strand of this run, with a run id of its own. */
export async function runSubWorkflow(exec: Execution, frame: Frame, plan: SubWorkflowPlan): Promise<Settlement> {
  const { graph, reference } = plan;
  const path = pathOf(frame, graph.name);
  const atMs = exec.log.now();
  let settlement: Settlement;
  let body: Json | undefined;
  try {
    body = plan.input ? plan.input.evaluate(scopeOf(exec.run, frame)) : {};
    exec.log.running(frame, graph, body);
  } catch (thrown) {
    settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs });
    return settlement;
  }
  const found = HASH.test(reference) ? { hash: reference } : await find(exec, path, reference);
  const hash = "hash" in found ? found.hash : null;
  const fault = "error" in found ? found.error : await faultOf(exec, plan, hash, body);
  settlement = fault || hash === null ? failed(fault ?? notFound(plan)) : await runChild(exec, path, hash, body);
  exec.log.settled(frame, graph, settlement, { atMs, input: body, durationMs: exec.log.now() - atMs });
  return settlement;
}

/** What a name means may change, so it is looked up once. */
type Found = { readonly hash: string | null } | { readonly error: ErrorData };

async function find(exec: Execution, path: string, reference: string): Promise<Found> {
  const perform = async (): Promise<Found> => {
    try {
      return { hash: (await exec.ports.workflows.find?.(reference)) ?? null };
    } catch (thrown) {
      return { error: errorOf(thrown) };
    }
  };
  return (await exec.ctx.step(`${path}#workflow`, perform as never)) as unknown as Found;
}

async function runChild(exec: Execution, path: string, hash: string, body: Json): Promise<Settlement> {
  const { traceparent, dryRun, priority, hooked } = exec.run;
  const input: SubInput = {
    abi: ABI,
    workflowHash: hash,
    trigger: { body } as JsonObject,
    sub: { runId: `${exec.run.runId}/${path}`, depth: (exec.run.sub?.depth ?? 0) + 1 },
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(dryRun ? { dryRun } : {}),
    ...(priority === undefined ? {} : { priority }),
    ...(hooked === undefined ? {} : { hooked: "workflow" }),
  };
  const [end] = await exec.ctx.fork(`${path}@run`, [{ key: "run", input: input as unknown as Json }]);
  if (end?.ok) return { status: "succeeded", output: end.value };
  return failed(end?.error ?? { code: "INTERNAL", message: "The run of the other workflow vanished." });
}

/** Why the other workflow cannot be run; a document never changes under its hash, so that this is the same on every replay. */
async function faultOf(exec: Execution, plan: SubWorkflowPlan, hash: string | null, body: Json): Promise<ErrorData | undefined> {
  const depth = (exec.run.sub?.depth ?? 0) + 1;
  if (depth > MOST_DEEP) {
    const message = `"${plan.reference}" would be ${depth} workflows deep, allowed are ${MOST_DEEP}. Does it run itself?`;
    return { code: "LIMIT_EXCEEDED", message, path: plan.graph.pointer };
  }
  const workflow = hash === null ? undefined : await exec.ports.workflows.get(hash);
  if (workflow === undefined) return notFound(plan);
  const [fault] = checkPayload(workflow, body);
  if (fault === undefined) return undefined;
  const message = `"${workflow.name}" does not take this input: ${fault.message}`;
  return { code: "INVALID_INPUT", message, path: `${plan.graph.pointer}/with/input` };
}

function notFound({ reference, graph }: SubWorkflowPlan): ErrorData {
  const path = `${graph.pointer}/with/workflow`;
  return new MortiseError("WORKFLOW_NOT_FOUND", `There is no revision "${reference}" of a workflow here.`, { path }).data;
}
