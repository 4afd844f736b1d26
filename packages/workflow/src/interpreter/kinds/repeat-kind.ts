import type { CompiledValue } from "@mortise/builders";
import type { GraphNode } from "../../graph/set-graph.ts";
import { MOST_ROUNDS } from "../../nodes/rounds.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf, scopeOf } from "../frame.ts";
import { beyond } from "../loop/run-for-each.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { ABI, type RepeatStrand, type StrandInput } from "../program-input.ts";
import { type Progress, type RepeatEnd, runUpTo } from "../repeat-rounds.ts";
import { errorOf, failed, type Settlement, throwable } from "../settlement.ts";
import { strandFrame } from "../strand-frame.ts";

/** Rounds on one strand at most; more get further strands, one after the other, so that no journal grows long. */
export const LONGEST_STRAND = 100;

export interface RepeatPlan extends PlanCommon {
  readonly kind: "repeat";
  readonly body: SetPlan;
  /** Absent: as long as the condition holds. */
  readonly times: CompiledValue | undefined;
  readonly condition: CompiledValue | undefined;
  readonly initial: CompiledValue | undefined;
  readonly next: CompiledValue | undefined;
  readonly collect: CompiledValue | undefined;
  readonly max: number;
  readonly failsAtMax: boolean;
}

/** Compiles what runs round after round. */
export function planRepeat(planner: Planner, graph: GraphNode, params: PlannedParams): RepeatPlan {
  const value = (key: string) => (key in params.with ? params.value(key) : undefined);
  const values = params.reads();
  const body = planner.body(graph, "nodes", values);
  const { max, onMax } = params.with;
  return {
    kind: "repeat",
    graph,
    effects: body.effects,
    body,
    times: value("times"),
    condition: value("condition"),
    initial: value("initial"),
    next: value("next"),
    collect: value("collect"),
    max: typeof max === "number" ? Math.min(MOST_ROUNDS, max) : MOST_ROUNDS,
    failsAtMax: onMax !== "stop",
    reads: [...values, ...readsOf(body)],
  };
}

/** Runs a loop or a while: rounds on this strand, and after a hundred of them on further ones. */
export async function runRepeat(exec: Execution, frame: Frame, plan: RepeatPlan): Promise<Settlement> {
  const { graph, collect } = plan;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  let progress: Progress;
  try {
    const state = plan.initial ? plan.initial.evaluate(scopeOf(exec.run, frame)) : null;
    progress = { index: 0, state, results: [] };
  } catch (thrown) {
    const settlement = failed(errorOf(thrown));
    exec.log.settled(frame, graph, settlement, { atMs });
    return settlement;
  }
  const isShort = exec.inStep !== undefined || plan.effects === "none";
  let end = await runUpTo(exec, frame, plan, progress, isShort ? MOST_ROUNDS + 1 : LONGEST_STRAND);
  while (end.kind === "more") end = await runOnStrand(exec, frame, plan, end.progress);
  const { index, state, results } = end.progress;
  exec.log.progress(frame, graph, { done: index, items: index, failed: end.kind === "failed" ? 1 : 0 }, true);
  const settlement: Settlement =
    end.kind === "failed"
      ? failed(end.error)
      : {
          status: "succeeded",
          output: { rounds: index, ended: end.ended, state, ...(collect && { results }) },
          ...beyond(end.control),
        };
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}

async function runOnStrand(exec: Execution, frame: Frame, plan: RepeatPlan, progress: Progress): Promise<RepeatEnd> {
  const { results, ...rest } = progress;
  const strand: RepeatStrand = { kind: "repeat", node: plan.graph.name, ...strandFrame(frame, plan.reads), ...rest };
  const input: StrandInput = { abi: ABI, ...exec.run, strand };
  const key = String(progress.index);
  const [end] = await exec.ctx.fork(`${pathOf(frame, plan.graph.name)}@${key}`, [{ key, input: input as never }]);
  if (end === undefined || !end.ok) throw throwable(end?.error ?? { code: "INTERNAL", message: "A strand vanished." });
  const value = end.value as unknown as RepeatEnd;
  return { ...value, progress: { ...value.progress, results: [...results, ...value.progress.results] } };
}
