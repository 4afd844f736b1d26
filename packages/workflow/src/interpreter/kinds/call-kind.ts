import { type CompiledValue, compileValue, type Definitions } from "@mortise/builders";
import type { CallResult, ErrorData, Json } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { StepAttempt } from "../../ports/durable-context.ts";
import type { OperationFacts } from "../../ports/operation-port.ts";
import { type Execution, RetryLater } from "../execution.ts";
import { type Frame, pathOf, scopeOf } from "../frame.ts";
import type { PlanCommon } from "../plan.ts";
import type { NodeStart } from "../run-node.ts";
import { recorded } from "../saga/record-step.ts";
import { errorOf, failed, type Settlement } from "../settlement.ts";
import { sleepOrPark } from "../sleep-or-park.ts";
import { using } from "../using-definitions.ts";
import { comeBackAt, type Ended, isAwaited, isTooLate, MAX_DURABLE_RETRIES } from "./durable-retry.ts";

/** A call of an operation, or of one whose list is read page by page where it is used. */
export interface CallPlan extends PlanCommon {
  readonly kind: "call" | "stream";
  readonly input: CompiledValue;
  readonly facts: OperationFacts | undefined;
}

/** Compiles a use of an operation. */
export function planCall(graph: GraphNode, facts: OperationFacts | undefined, definitions?: Definitions): CallPlan {
  const input = compileValue((graph.node.with ?? {}) as Json, { path: `${graph.pointer}/with`, ...using(definitions) });
  const kind = facts?.streamItems === undefined ? "call" : "stream";
  const effects = kind === "stream" ? "none" : facts?.effect === "read" ? "read" : "durable";
  return { kind, graph, effects, input, facts, reads: input.reads };
}

/** What the journal keeps of one call. */
interface Journaled {
  readonly result: CallResult;
  readonly idempotencyKey: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** When to call again, of a target that does not say. Absent: not; nor in journals from before there was this. */
  readonly againAtMs?: number;
  /** By the run that this one repeats. */
  readonly taken?: true;
}

/**
 * Calls an operation as a step. A sick target is called again when it says, or else after a while, and a write whose outcome nobody could find
 * out yet is asked for again, up to eight times within a day. Inside of a retry that one does it: attempts are not multiplied.
 */
export async function runCall(exec: Execution, frame: Frame, plan: CallPlan, start: NodeStart): Promise<Settlement> {
  const { graph } = plan;
  const path = pathOf(frame, graph.name);
  let input: Json;
  try {
    input = exec.run.repeat?.edits?.[path] ?? plan.input.evaluate(scopeOf(exec.run, frame));
  } catch (thrown) {
    const settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs: exec.log.now() });
    return settlement;
  }
  const resumed = frame.resume?.at === graph.name ? frame.resume.retry : undefined;
  const sameForAttempts = frame.keyPrefix === undefined ? undefined : `${exec.run.runId}/${frame.keyPrefix}${graph.name}`;
  let key = resumed?.idempotencyKey ?? sameForAttempts;
  let sinceMs = resumed?.sinceMs;
  let inDoubtSinceMs = resumed?.inDoubtSinceMs;
  for (let attempt = (resumed?.attempts ?? 0) + 1; ; attempt++) {
    const perform = async (step: StepAttempt) => {
      exec.log.running(frame, graph, input);
      const idempotencyKey = key ?? step.idempotencyKey;
      const one = { graph, path, input, signal: step.signal, idempotencyKey, inDoubtSinceMs };
      const result = await recorded(exec, frame, { graph, facts: plan.facts, path, input }, () => callOnce(exec, one));
      const nowMs = exec.log.now();
      const again = againAt(exec, frame, plan, result, { path, attempt, nowMs, sinceMs, signal: step.signal });
      return { result, idempotencyKey, atMs: nowMs, ...(again === undefined ? {} : { againAtMs: again }) };
    };
    const { result, idempotencyKey, atMs, againAtMs, taken }: Journaled = exec.inStep
      ? await perform({ signal: exec.inStep.signal, idempotencyKey: `${exec.inStep.idempotencyKey}.${path}` })
      : ((await exec.ctx.step(`${path}#${attempt}`, perform as never)) as unknown as Journaled);
    key = idempotencyKey;
    sinceMs ??= atMs;
    inDoubtSinceMs ??= result.meta.inDoubtSinceMs;
    const retryAtMs = repeatAt(plan, result, exec.inStep?.sinceMs ?? sinceMs, exec.inStep === undefined) ?? againAtMs;
    if (retryAtMs !== undefined && exec.inStep?.patient) throw new RetryLater(retryAtMs);
    if (retryAtMs === undefined || exec.inStep || attempt > MAX_DURABLE_RETRIES) {
      const settlement = settle(plan, result);
      exec.log.settled(frame, graph, settlement, { atMs, input, ...result.meta, ...(taken && { taken }) });
      return settlement;
    }
    exec.log.waiting(frame, graph, input, result);
    await sleepOrPark(exec, frame, {
      key: `${path}#retry${attempt}`,
      atMs: retryAtMs,
      nowMs: atMs,
      snapshot: {
        settled: Object.fromEntries(start.settled),
        at: graph.name,
        retry: { attempts: attempt, idempotencyKey, sinceMs, ...(inDoubtSinceMs === undefined ? {} : { inDoubtSinceMs }) },
      },
    });
  }
}

interface OneCall {
  readonly graph: CallPlan["graph"];
  readonly path: string;
  readonly input: Json;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly inDoubtSinceMs: number | undefined;
}

async function callOnce(
  exec: Execution,
  { graph, path, input, signal, idempotencyKey, inDoubtSinceMs }: OneCall,
): Promise<CallResult> {
  const { use, connection } = graph.node;
  const { runId, traceparent, dryRun, priority } = exec.run;
  try {
    return await exec.ports.operations.call({
      use,
      ...(connection === undefined ? {} : { connection }),
      input,
      runId,
      stepPath: path,
      idempotencyKey,
      ...(inDoubtSinceMs === undefined ? {} : { inDoubtSinceMs }),
      signal,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(dryRun ? { dryRun } : {}),
      ...(priority === undefined ? {} : { priority }),
    });
  } catch (thrown) {
    return { outcome: "fault", error: errorOf(thrown), meta: { attempts: 0, waitMs: 0, durationMs: 0 } };
  }
}

/** When to call a sick target again that does not say. */
function againAt(
  exec: Execution,
  frame: Frame,
  plan: CallPlan,
  result: CallResult,
  { path, attempt, nowMs, sinceMs, signal }: Omit<Ended, "name" | "isAwaited"> & { readonly path: string },
): number | undefined {
  if (result.outcome !== "sick" || result.error.retryAtMs !== undefined || frame.keyPrefix !== undefined) return undefined;
  if (plan.facts?.repeatable !== true && result.meta.attempts > 0) return undefined;
  const { inStep } = exec;
  const times = inStep === undefined ? { attempt, sinceMs } : { attempt: inStep.attempt ?? 1, sinceMs: inStep.sinceMs };
  return comeBackAt(result, { name: `${exec.run.runId}/${path}`, ...times, nowMs, signal, isAwaited: isAwaited(exec.run) });
}

/**
 * When the call should be made again; undefined where it should not. What was turned away before it was sent is safe to send later. An unknown
 * outcome with a time is of a probe that could not be asked: the next call asks before it sends.
 */
function repeatAt(plan: CallPlan, result: CallResult, sinceMs: number, isAlone: boolean): number | undefined {
  if (result.outcome !== "sick" && result.outcome !== "unknown") return undefined;
  const isSafe = plan.facts?.repeatable === true || result.meta.attempts === 0;
  if (result.outcome === "sick" ? !isSafe : !isAlone || result.meta.inDoubtSinceMs === undefined) return undefined;
  const { retryAtMs } = result.error;
  return retryAtMs === undefined || isTooLate(retryAtMs, sinceMs) ? undefined : retryAtMs;
}

function settle(plan: CallPlan, result: CallResult): Settlement {
  if (result.outcome === "success") return { status: "succeeded", output: result.output ?? null };
  if (result.outcome === "unknown" && plan.graph.node.onUnknown === "assume-done") return { status: "succeeded", output: null };
  return failed(placed(result.error, plan));
}

function placed(error: ErrorData, { graph }: CallPlan): ErrorData {
  return error.path === undefined ? { ...error, path: graph.pointer } : error;
}
