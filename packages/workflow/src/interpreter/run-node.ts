import type { ErrorData } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import { caught, type Frame, scopeOf } from "./frame.ts";
import { runBodyNode } from "./kinds/body-kind.ts";
import { runCall } from "./kinds/call-kind.ts";
import { runEffect } from "./kinds/effect-kind.ts";
import { runParallel } from "./kinds/parallel-kind.ts";
import { runRepeat } from "./kinds/repeat-kind.ts";
import { runRetry } from "./kinds/retry-kind.ts";
import { runSubWorkflow } from "./kinds/sub-workflow-kind.ts";
import { runTry } from "./kinds/try-kind.ts";
import { runWait } from "./kinds/wait-kind.ts";
import { runForEach } from "./loop/run-for-each.ts";
import { planOf } from "./plan.ts";
import { settleInPlace } from "./settle-in-place.ts";
import type { Settlement } from "./settlement.ts";
import { runDurable } from "./state/durable-kind.ts";
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
      return settleInPlace(exec, frame, plan.graph, () => plan.run(scopeOf(exec.run, frame)));
    case "stream":
      return settleInPlace(exec, frame, plan.graph, () => ({ output: settleStream(plan, scopeOf(exec.run, frame)) }));
    case "call":
      return await runCall(exec, frame, plan, start);
    case "wait":
      return await runWait(exec, frame, plan, start);
    case "for-each":
      return await runForEach(exec, frame, plan);
    case "try":
      return await runTry(exec, frame, plan, start);
    case "effect":
      return await runEffect(exec, frame, plan);
    case "body":
      return await runBodyNode(exec, frame, plan);
    case "repeat":
      return await runRepeat(exec, frame, plan);
    case "retry":
      return await runRetry(exec, frame, plan, start);
    case "parallel":
      return await runParallel(exec, frame, plan);
    case "sub-workflow":
      return await runSubWorkflow(exec, frame, plan);
    case "durable":
      return await runDurable(exec, frame, plan);
  }
}
