import { compileValue } from "@mortise/builders";
import type { ErrorData, Json, JsonObject } from "@mortise/contract";
import { asObject } from "../../model/loose.ts";
import type { KeptSagaStep, KeptSagas, SagaContext } from "../../ports/saga-store.ts";
import type { Execution } from "../execution.ts";
import type { Frame } from "../frame.ts";
import { type CallPlan, runCall } from "../kinds/call-kind.ts";
import type { SetPlan } from "../plan.ts";
import { runSet } from "../run-set.ts";
import { errorOf } from "../settlement.ts";
import { engineThrew } from "../state/engine-threw.ts";

/** What undoing came to. */
export interface Undone {
  readonly undone: number;
  /** Steps that still stand, and why. */
  readonly left: readonly { readonly step: string; readonly reason: string }[];
}

/**
 * Undoes what took effect, the last step first. A step that cannot be undone is left, and the others are undone all the same.
 * `at` is the place of the saga, or of the run that undoes a cancelled one.
 */
export async function undoSteps(exec: Execution, runId: string, at: string, { steps, contexts }: KeptSagas): Promise<Undone> {
  const { sagas } = exec.ports;
  const left: { readonly step: string; readonly reason: string }[] = [];
  let undone = 0;
  let number = 0;
  for (const step of [...steps].reverse()) {
    if (step.state === "undone") continue;
    const context = contexts[step.saga];
    const prefix = `${at}/undo[${++number}]/`;
    const reason =
      step.state === "begun"
        ? "It is not known whether it took effect."
        : context === undefined
          ? "Nothing is known of its saga any more."
          : await undoOne({ ...exec, run: { ...exec.run, trigger: context.trigger } }, prefix, step, context);
    if (reason === undefined) undone++;
    else left.push({ step: step.step, reason });
    if (reason === undefined)
      await exec.ctx.step(`${prefix}undone#1`, async () => {
        await sagas?.undone(runId, step.saga, step.step);
        return null;
      });
  }
  return { undone, left };
}

/** Undefined: it is undone. Otherwise why not. */
async function undoOne(exec: Execution, prefix: string, step: KeptSagaStep, context: SagaContext): Promise<string | undefined> {
  const saga = sagaAt(exec, context.pointer);
  const by = asObject(saga?.with.undoBy)[step.node];
  const done: JsonObject = { path: step.step, input: step.input, output: step.output };
  const frame = (set: SetPlan): Frame => ({
    ...{ set, prefix, vars: { ...context.vars, done }, steps: { ...context.steps }, quiet: false },
  });
  try {
    if (typeof by === "string" && saga?.undo?.nodes.has(by)) {
      const { failure } = await runSet(exec, { ...frame(saga.undo), only: [by] });
      return failure && words(failure.error);
    }
    const compensate = exec.ports.operations.describe(step.use)?.compensate;
    if (compensate === undefined) return "Its connector does not say how to undo it, and the saga has no undo step for it.";
    const input = compileValue(compensate.with).evaluate({ input: step.input, output: step.output, settings: {} });
    const use = step.use.slice(0, step.use.lastIndexOf("/") + 1) + compensate.operation;
    const plan = callOf(exec, step, use, input);
    const settlement = await runCall(exec, frame(exec.plan.root), plan, { name: step.node, settled: new Map() });
    return settlement.status === "failed" ? words(settlement.error) : undefined;
  } catch (thrown) {
    if (engineThrew(exec, thrown)) throw thrown;
    return words(errorOf(thrown));
  }
}

function callOf(exec: Execution, { node, connection }: KeptSagaStep, use: string, input: Json): CallPlan {
  const pointer = `/nodes/${node}`;
  const graph = {
    name: node,
    pointer,
    node: { use, ...(connection === undefined ? {} : { connection }) },
    entries: [],
    handles: [],
  };
  const facts = exec.ports.operations.describe(use);
  return { kind: "call", graph, effects: "durable", input: { ...NOTHING, evaluate: () => input }, facts, reads: [] };
}

const NOTHING = Object.freeze(compileValue(null));

function sagaAt(exec: Execution, pointer: string): { readonly with: JsonObject; readonly undo: SetPlan | undefined } | undefined {
  for (const { nodes } of exec.plan.sets.values())
    for (const plan of nodes.values())
      if (plan.graph.pointer === pointer && plan.kind === "durable")
        return { with: asObject(plan.graph.node.with) as JsonObject, undo: plan.bodies.get("undo") };
  return undefined;
}

function words({ code, message }: ErrorData): string {
  return `${code}: ${message}`;
}
