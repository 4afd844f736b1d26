import type { ErrorData } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import { caught, type Frame, scopeOf } from "./frame.ts";
import { runForEach } from "./loop/run-for-each.ts";
import { type NodePlan, planOf } from "./plan.ts";
import { runCall } from "./run-call.ts";
import { runTry } from "./run-try.ts";
import { runWait } from "./run-wait.ts";
import { errorOf, failed, type Settlement } from "./settlement.ts";
import { settleStream } from "./stream-reference.ts";

/** A node to run. */
export interface NodeStart {
  readonly name: string;
  /** The error that was routed to it by another node's `onError`. */
  readonly error?: ErrorData;
  /** What has settled before it in its set. */
  readonly settled: ReadonlyMap<string, Settlement>;
}

/** Runs one node. What goes wrong with the node is its settlement; only what stops the whole strand is thrown. */
export async function runNode(exec: Execution, outer: Frame, start: NodeStart): Promise<Settlement> {
  const plan = planOf(outer.set, start.name);
  const frame = start.error ? { ...outer, vars: { ...outer.vars, error: caught(start.error) } } : outer;
  switch (plan.kind) {
    case "pure":
      return settleInPlace(exec, frame, plan, () => plan.run(scopeOf(exec.run, frame)));
    case "stream":
      return settleInPlace(exec, frame, plan, () => ({ output: settleStream(plan, scopeOf(exec.run, frame)) }));
    case "call":
      return await runCall(exec, frame, plan, start);
    case "wait":
      return await runWait(exec, frame, plan, start);
    case "for-each":
      return await runForEach(exec, frame, plan);
    case "try":
      return await runTry(exec, frame, plan, start);
  }
}

function settleInPlace(
  exec: Execution,
  frame: Frame,
  { graph }: NodePlan,
  compute: () => Omit<Settlement & { readonly status: "succeeded" }, "status">,
): Settlement {
  const atMs = exec.log.now();
  let settlement: Settlement;
  try {
    settlement = { status: "succeeded", ...compute() };
  } catch (thrown) {
    settlement = failed(errorOf(thrown));
  }
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}
