import { type Json, MortiseError } from "@mortise/contract";
import type { Program } from "../ports/durable-context.ts";
import { completeTrigger } from "../triggers/complete-trigger.ts";
import type { Execution, InterpreterPorts, RunFacts } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { runBranch } from "./kinds/parallel-kind.ts";
import { LONGEST_STRAND } from "./kinds/repeat-kind.ts";
import { runForkedRounds } from "./loop/fork-rounds.ts";
import { PageCache } from "./loop/page-cache.ts";
import { machineNow } from "./machine-clock.ts";
import { planOf, planWorkflow, type WorkflowPlan } from "./plan.ts";
import { type AnyStrand, type ProgramInput, readProgramInput } from "./program-input.ts";
import { repeatingContext } from "./repeat/repeating-context.ts";
import { runUpTo } from "./repeat-rounds.ts";
import { RunLogger } from "./run-logger.ts";
import { runRegion } from "./run-regions.ts";
import { runWorkflow } from "./run-workflow.ts";
import { undoRun } from "./saga/undo-run.ts";
import { frameOfStrand } from "./strand-frame.ts";
import { continueStrand, untilItWaits } from "./waiting/continue-strand.ts";

const CACHED_PLANS = 50;

/**
 * The program that runs every workflow; an engine registers it once.
 *
 * Owns: compiled plans and the pages on their way from one strand to another, in this process.
 * Does not own: the journal and time (DurableContext), calls (OperationPort), documents (`workflows`), the log (RunLog).
 * Talks to: DurableContext, OperationPort, RunLog.
 * Invariants:
 *   I1. The same input and journal lead to the same `ctx` calls in the same order.
 *   I2. Only effects are steps; what is pure is computed again on replay.
 *   I3. A failure of a node is data; what is thrown ends the strand.
 */
export function createInterpreter(ports: InterpreterPorts): Program {
  const plans = new Map<string, WorkflowPlan>();
  const pages = new PageCache();

  const planFor = async (hash: string): Promise<WorkflowPlan> => {
    const known = plans.get(hash);
    if (known) return known;
    const workflow = await ports.workflows.get(hash);
    if (workflow === undefined) throw new MortiseError("INTERNAL", `No workflow document has the hash ${hash}.`);
    const plan = planWorkflow(workflow, (use) => ports.operations.describe(use));
    plans.set(hash, plan);
    const [oldest] = plans.keys();
    if (plans.size > CACHED_PLANS && oldest !== undefined) plans.delete(oldest);
    return plan;
  };

  return async (ctx, input) => {
    const read = readProgramInput(input, ctx.runId);
    const plan = await planFor(read.workflowHash);
    const startedAt = read.startedAt ?? new Date(await ctx.now("run#started")).toISOString();
    const trigger = read.startedAt === undefined ? completeTrigger(plan.workflow.trigger, read.trigger, startedAt) : read.trigger;
    const inner = read.repeat ? repeatingContext(ctx, read.repeat, plan) : ctx;
    const memo = await continueStrand(inner, read, plan.mayWait);
    const log = new RunLogger({
      runId: read.runId,
      log: ports.log,
      now: ports.now ?? machineNow,
      redact: ports.redact ?? ((value) => value),
      ...(memo && { isMuted: () => memo.isReplaying }),
    });
    const exec: Execution = {
      ports,
      plan,
      run: factsOf({ ...read, trigger }, startedAt),
      ctx: memo ?? inner,
      ...(memo && { memo }),
      log,
      pages,
      parking: { asked: false },
    };
    const { strand, undo } = read;
    if (undo) return await undoRun(exec, undo);
    return await untilItWaits(exec, read, () => (strand ? runStrand(exec, strand) : runWorkflow(exec, read)));
  };
}

async function runStrand(exec: Execution, strand: AnyStrand): Promise<Json> {
  const set = exec.plan.sets.get(strand.set);
  if (set === undefined) throw new MortiseError("INTERNAL", `The workflow has no node set at ${strand.set}.`);
  const frame = frameOfStrand(set, strand);
  if (strand.kind === "region")
    return await runRegion(exec, { ...frame, only: strand.only, settled: new Map(Object.entries(strand.settled)) });
  return await runStrandOf(exec, frame, strand);
}

/** A strand of one node: of a loop, a while or a parallel. */
async function runStrandOf(exec: Execution, frame: Frame, strand: Exclude<AnyStrand, { kind: "region" }>): Promise<Json> {
  const plan = planOf(frame.set, strand.kind === "rounds" ? strand.loop : strand.node);
  if (strand.kind === "rounds" && plan.kind === "for-each") return await runForkedRounds(exec, frame, plan, strand);
  if (strand.kind === "repeat" && plan.kind === "repeat") {
    const { index, state } = strand;
    return (await runUpTo(exec, frame, plan, { index, state, results: [] }, LONGEST_STRAND)) as unknown as Json;
  }
  const branch = strand.kind === "branch" && plan.kind === "parallel" && plan.branches.find(({ slot }) => slot === strand.slot);
  if (branch && plan.kind === "parallel") return (await runBranch(exec, frame, plan, branch)) as unknown as Json;
  throw new MortiseError("INTERNAL", `"${plan.graph.name}" at ${strand.set} is no ${strand.kind}.`);
}

function factsOf(
  { runId, workflowHash, trigger, traceparent, dryRun, priority, repeat, workflowId, sub, hooked }: ProgramInput,
  startedAt: string,
): RunFacts {
  return {
    runId,
    workflowHash,
    trigger,
    startedAt,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(dryRun ? { dryRun } : {}),
    ...(priority === undefined ? {} : { priority }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(sub === undefined ? {} : { sub }),
    ...(hooked === undefined ? {} : { hooked }),
  };
}
