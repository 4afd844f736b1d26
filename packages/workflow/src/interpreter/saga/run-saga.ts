import { type ErrorData, type Json, MortiseError } from "@mortise/contract";
import type { KeptSagas, SagaContext } from "../../ports/saga-store.ts";
import type { Execution } from "../execution.ts";
import { type Frame, innerFrame, pathOf } from "../frame.ts";
import { neededOf } from "../needed.ts";
import { readsOf } from "../plan.ts";
import { runSet } from "../run-set.ts";
import type { Control } from "../settlement.ts";
import type { DurablePlan } from "../state/durable-kind.ts";
import { type Undone, undoSteps } from "./undo-steps.ts";

/** How a saga ended: where it failed, what could be undone is undone by then. */
export interface SagaEnd {
  readonly error?: ErrorData;
  /** Writes that took effect. */
  readonly steps: number;
}

/** Runs the steps of a saga, and undoes them where one fails. */
export async function runSaga(
  exec: Execution,
  frame: Frame,
  plan: DurablePlan,
  beyond: (control: Control) => void,
): Promise<SagaEnd> {
  const { sagas } = exec.ports;
  if (sagas === undefined) throw new MortiseError("MISCONFIGURED", "This deployment does not keep what sagas did.");
  const saga = pathOf(frame, plan.graph.name);
  const { runId } = exec.run;
  const { undo, nodes } = { undo: plan.bodies.get("undo"), nodes: plan.bodies.get("nodes") };
  if (nodes === undefined) return { steps: 0 };
  await exec.ctx.step(`${saga}$open#1`, async () => {
    await sagas.open(runId, saga, contextOf(exec, frame, plan.graph.pointer, undo ? readsOf(undo) : []));
    return null;
  });
  const { failure, control } = await runSet(exec, { ...innerFrame(frame, nodes, `${saga}/`, {}), saga });
  const kept = await listed(exec, runId, saga);
  const steps = kept.steps.filter(({ state }) => state === "done").length;
  if (control) beyond(control);
  if (failure === undefined) {
    // What is inside of another saga may still have to be undone by that one.
    if (frame.saga === undefined) await forget(exec, runId, saga);
    return { steps };
  }
  const undone = await undoSteps(exec, runId, saga, kept);
  if (undone.left.length > 0) return { error: await leftStanding(exec, saga, undone, failure.error), steps };
  await forget(exec, runId, saga);
  return { error: failure.error, steps };
}

/** The error of a saga that stands half done; a person finds it among the dead letters. */
export async function leftStanding(
  exec: Execution,
  saga: string,
  { undone, left }: Undone,
  cause?: ErrorData,
): Promise<ErrorData> {
  const { runId, workflowHash, trigger, workflowId } = exec.run;
  const { deadLetters } = exec.ports;
  const message = `${left.length} step${left.length === 1 ? "" : "s"} could not be undone (${left.map(({ step }) => step).join(", ")}), ${undone} were.`;
  const workflow = workflowId ?? exec.plan.workflow.name;
  if (deadLetters)
    await exec.ctx.step(`${saga}$letter#1`, () =>
      deadLetters.put({
        ...{ runId, path: saga, workflow, workflowHash, trigger, reason: message },
        item: { left } as unknown as Json,
        ...(cause && { error: { code: cause.code, message: cause.message } }),
      }),
    );
  const because = cause === undefined ? "" : ` The saga had failed with ${cause.code}: ${cause.message}`;
  return new MortiseError("COMPENSATION_FAILED", message + because).data;
}

async function listed(exec: Execution, runId: string, saga: string): Promise<KeptSagas> {
  const { sagas } = exec.ports;
  const kept = await exec.ctx.step(`${saga}$done#1`, async () => (await sagas?.list(runId, saga)) as unknown as Json);
  return kept as unknown as KeptSagas;
}

async function forget(exec: Execution, runId: string, saga: string): Promise<void> {
  await exec.ctx.step(`${saga}$forget#1`, async () => {
    await exec.ports.sagas?.forget(runId, saga);
    return null;
  });
}

function contextOf(exec: Execution, frame: Frame, pointer: string, reads: Parameters<typeof neededOf>[1]): SagaContext {
  const { workflowHash, startedAt, trigger } = exec.run;
  return { workflowHash, startedAt, trigger, pointer, ...neededOf(frame, reads) };
}
