import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { NodeTools } from "../../nodes/node-tools.ts";
import type { Execution } from "../execution.ts";
import { type Frame, innerFrame, pathOf, scopeOf } from "../frame.ts";
import { runSet } from "../run-set.ts";
import { runSaga } from "../saga/run-saga.ts";
import type { Control } from "../settlement.ts";
import { LONGEST_SLEEP_MS } from "../sleep-or-park.ts";
import type { DurablePlan } from "./durable-kind.ts";

/**
 * The tools of one node in one frame. Operations are numbered in the order in which the node asks for them; `beyond` is told what a body
 * ended beyond itself.
 */
export function durableTools(exec: Execution, frame: Frame, plan: DurablePlan, beyond: (control: Control) => void): NodeTools {
  const { ports, run, ctx } = exec;
  const { name } = plan.graph;
  const path = pathOf(frame, name);
  let operations = 0;
  const key = (what: string) => `${path}$${what}#${++operations}`;
  const step: NodeTools["step"] = async (what, perform) => await ctx.step(key(what), perform);
  const now = () => ctx.now(key("now"));

  return {
    place: {
      runId: run.runId,
      root: rootOf(ctx.runId, run.runId, path),
      path,
      name,
      workflow: run.workflowId ?? exec.plan.workflow.name,
      workflowHash: run.workflowHash,
      trigger: run.trigger,
      dryRun: run.dryRun === true,
    },
    scope: (vars) => scopeOf(run, frame, vars),
    now,
    step,
    remember: (what, at, change, limits) => {
      const state = ports.state ?? missing("state");
      return step(what, () => state.update(at, change, limits));
    },
    until: async ({ atMs, waits = [] }) => {
      exec.log.waiting(frame, plan.graph);
      const at = key("until");
      if (waits.length === 0 && atMs !== undefined) {
        const nowMs = await now();
        if (atMs <= nowMs) return;
        if (exec.memo === undefined || atMs - nowMs <= LONGEST_SLEEP_MS) return await ctx.sleepUntil(at, atMs);
      }
      if (exec.memo === undefined) throw new MortiseError("INTERNAL", `"${path}" waits, and its run has no memo.`);
      await exec.memo.wait(at, { ...(atMs === undefined ? {} : { atMs }), waits });
    },
    body: async (slot, vars: JsonObject = {}, round) => {
      const set = plan.bodies.get(slot);
      if (set === undefined) return { scope: scopeOf(run, frame, vars) };
      const place = round === undefined ? path : `${path}[${round}]`;
      const inner = innerFrame(frame, set, `${place}/`, vars);
      const { failure, control } = await runSet(exec, inner);
      if (control) beyond(control);
      return { scope: scopeOf(run, inner), ...(failure && { error: failure.error }) };
    },
    saga: () => runSaga(exec, frame, plan, beyond),
    hasBody: (slot) => plan.bodies.has(slot),
    addressOf: (at) => (ports.publicUrl ?? "") + at,
    get waits() {
      return ports.waits ?? missing("waits");
    },
    get deadLetters() {
      return ports.deadLetters ?? missing("dead letters");
    },
    notify: async (notice) => {
      const { notify } = ports;
      if (notify === undefined) return;
      await step("notify", async (): Promise<Json> => {
        await notify(notice).catch(() => {});
        return null;
      });
    },
  };
}

/** A workflow inside of another one has the id of that run and its place in it. */
function rootOf(root: string, runId: string, path: string): { readonly runId: string; readonly path: string } {
  return { runId: root, path: runId === root ? path : `${runId.slice(root.length + 1)}/${path}` };
}

function missing(what: string): never {
  throw new MortiseError("MISCONFIGURED", `This deployment keeps no ${what}, which the step needs.`, {
    remedy: "Give the interpreter a store; the engines of @mortise/engine bring one.",
  });
}
