import type { CompiledValue } from "@mortise/builders";
import type { ErrorData, Json } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import { asList } from "../../model/loose.ts";
import { durationOf } from "../../nodes/retry.ts";
import { backoff } from "../backoff.ts";
import type { Execution } from "../execution.ts";
import { caught, type Frame, pathOf, scopeOf } from "../frame.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { type InnerEnd, runInner } from "../run-inner.ts";
import type { NodeStart } from "../run-node.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";
import { sleepOrPark } from "../sleep-or-park.ts";

/** An error that wants to be left alone for longer is none to be tried again in the same run. */
const LONGEST_MS = 86_400_000;

export interface RetryPlan extends PlanCommon {
  readonly kind: "retry";
  readonly body: SetPlan;
  readonly codes: ReadonlySet<string>;
  /** With the first one; 1 where the body must not be repeated. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly longestMs: number;
  readonly jitter: boolean;
  readonly result: CompiledValue | undefined;
}

/** Compiles a retry. A body with a call that is not safe to repeat, or one that calls nothing, is run once. */
export function planRetry(planner: Planner, graph: GraphNode, params: PlannedParams): RetryPlan {
  const { on, attempts, wait, longest, jitter } = params.with;
  const result = "result" in params.with ? params.value("result") : undefined;
  const body = planner.body(graph, "nodes", result?.reads);
  const isUseful = body.effects !== "none" && planner.isRepeatable(body);
  return {
    kind: "retry",
    graph,
    effects: body.effects === "none" ? "none" : "durable",
    body,
    codes: new Set(asList(on).map(String)),
    attempts: isUseful ? (typeof attempts === "number" ? attempts : 3) : 1,
    firstMs: durationOf(wait, 1_000),
    longestMs: durationOf(longest, 60_000),
    jitter: jitter !== false,
    result,
    reads: [...params.reads(), ...readsOf(body)],
  };
}

/** Runs the steps until they succeed, fail with another error, or all attempts are used up. */
export async function runRetry(exec: Execution, frame: Frame, plan: RetryPlan, start: NodeStart): Promise<Settlement> {
  const { graph } = plan;
  const path = pathOf(frame, graph.name);
  const keyPrefix = `${frame.keyPrefix ?? frame.prefix}${graph.name}/`;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  let attempt = 1;
  let end: InnerEnd;
  for (; ; attempt++) {
    const run = { name: graph.name, set: plan.body, vars: { attempt }, round: attempt - 1, options: { keyPrefix } };
    end = await runInner(exec, frame, run);
    const { failure } = end;
    if (!failure || attempt >= plan.attempts || !isNamed(plan, failure.error)) break;
    const nowMs = await exec.ctx.now(`${path}#failed${attempt}`);
    const waitMs = Math.max(backoff(plan, `${exec.run.runId}/${path}`, attempt), (failure.error.retryAtMs ?? 0) - nowMs);
    if (waitMs > LONGEST_MS) break;
    exec.log.waiting(frame, graph);
    // The frame is not parked as a snapshot: what was tried is in the memo of the strand.
    const { parkable: _, ...inMemo } = frame;
    const snapshot = { settled: Object.fromEntries(start.settled), at: graph.name };
    await sleepOrPark(exec, inMemo, { key: `${path}#again${attempt}`, atMs: nowMs + waitMs, nowMs, snapshot });
  }
  const settlement = settle(exec, plan, end, attempt);
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs, attempts: attempt });
  return settlement;
}

function isNamed({ codes }: RetryPlan, error: ErrorData): boolean {
  return codes.has(error.code) || codes.has(String(caught(error).code));
}

function settle(exec: Execution, { result }: RetryPlan, { failure, control, frame }: InnerEnd, attempts: number): Settlement {
  if (failure) return failed(failure.error);
  if (control) return { status: "succeeded", output: { attempts }, control };
  try {
    const output: Json = { attempts, ...(result && { result: result.evaluate(scopeOf(exec.run, frame)) }) };
    return { status: "succeeded", output };
  } catch (thrown) {
    return failed(errorOf(thrown));
  }
}
