import type { CompiledValue } from "@mortise/builders";
import type { ErrorData, Json } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import { branchesOf } from "../../nodes/parallel.ts";
import type { Execution } from "../execution.ts";
import { caught, type Frame, innerFrame, pathOf, scopeOf } from "../frame.ts";
import { type PlanCommon, type Planner, readsOf, type SetPlan, strongest } from "../plan.ts";
import type { PlannedParams } from "../planned-params.ts";
import { ABI, type BranchStrand, type StrandInput } from "../program-input.ts";
import { runInner } from "../run-inner.ts";
import { type Control, errorOf, failed, type Settlement, throwable } from "../settlement.ts";
import { strandFrame } from "../strand-frame.ts";

/** One of the bodies. */
export interface BranchPlan {
  readonly slot: string;
  readonly body: SetPlan;
  readonly result: CompiledValue | undefined;
}

export interface ParallelPlan extends PlanCommon {
  readonly kind: "parallel";
  readonly branches: readonly BranchPlan[];
  readonly onError: "all" | "first" | "collect";
  /** Absent: all. */
  readonly quorum: number | undefined;
  readonly concurrency: number;
}

/** What a branch came to, as plain data that a strand hands back. */
export type BranchEnd =
  | { readonly ok: true; readonly result?: Json; readonly control?: Control }
  | { readonly ok: false; readonly error: ErrorData };

/** Compiles several bodies that run at the same time. */
export function planParallel(planner: Planner, graph: GraphNode, params: PlannedParams): ParallelPlan {
  const { onError, quorum, concurrency, results } = params.with;
  const branches = branchesOf(params.with).map((slot): BranchPlan => {
    const result = typeof results === "object" && results !== null && slot in results ? params.value("results", slot) : undefined;
    return { slot, body: planner.body(graph, slot, result?.reads), result };
  });
  return {
    kind: "parallel",
    graph,
    effects: strongest(branches.map(({ body }) => body.effects)),
    branches,
    onError: onError === "first" || onError === "collect" ? onError : "all",
    quorum: typeof quorum === "number" ? quorum : undefined,
    concurrency: typeof concurrency === "number" ? Math.max(1, concurrency) : branches.length,
    reads: branches.flatMap(({ body }) => readsOf(body)),
  };
}

/** Runs the bodies, each as a strand of its own, and waits for all that began. */
export async function runParallel(exec: Execution, frame: Frame, plan: ParallelPlan): Promise<Settlement> {
  const { graph, branches, onError, concurrency } = plan;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  const ends = new Map<BranchPlan, BranchEnd>();
  const wave = onError === "first" ? concurrency : branches.length;
  let isOver = false;
  for (let at = 0; at < branches.length && !isOver; at += wave) {
    const part = branches.slice(at, at + wave);
    const ended = await runWave(exec, frame, plan, part);
    part.forEach((branch, i) => {
      const end = ended[i];
      if (end === undefined) return;
      ends.set(branch, end);
      if (end.ok ? end.control !== undefined : onError === "first") isOver = true;
    });
  }
  for (const branch of branches) if (!ends.has(branch)) skip(exec, frame, plan, branch);
  const settlement = settle(plan, ends);
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}

async function runWave(
  exec: Execution,
  frame: Frame,
  plan: ParallelPlan,
  wave: readonly BranchPlan[],
): Promise<readonly BranchEnd[]> {
  if (exec.inStep) return await Promise.all(wave.map((branch) => runBranch(exec, frame, plan, branch)));
  const ends: BranchEnd[] = [];
  const forked = wave.filter(({ body }) => body.effects !== "none");
  const strands = forked.map(({ slot, body, result }) => {
    const reads = [...readsOf(body), ...(result?.reads ?? [])];
    const strand: BranchStrand = { kind: "branch", node: plan.graph.name, slot, ...strandFrame(frame, reads) };
    const input: StrandInput = { abi: ABI, ...exec.run, strand };
    return { key: slot, input: input as unknown as Json };
  });
  const key = `${pathOf(frame, plan.graph.name)}+${strands[0]?.key ?? ""}`;
  const settled = strands.length === 0 ? [] : await exec.ctx.fork(key, strands, { max: plan.concurrency });
  for (const branch of wave) {
    const end = settled.find((each) => each.key === branch.slot);
    if (end === undefined) ends.push(await runBranch(exec, frame, plan, branch));
    else if (end.ok) ends.push(end.value as unknown as BranchEnd);
    else throw throwable(end.error);
  }
  return ends;
}

/** Runs one body, on the strand it was given. */
export async function runBranch(exec: Execution, frame: Frame, plan: ParallelPlan, branch: BranchPlan): Promise<BranchEnd> {
  const { failure, control, frame: inner } = await runInner(exec, frame, { name: plan.graph.name, set: branch.body });
  if (failure) return { ok: false, error: failure.error };
  if (control) return { ok: true, control };
  try {
    return { ok: true, ...(branch.result && { result: branch.result.evaluate(scopeOf(exec.run, inner)) }) };
  } catch (thrown) {
    return { ok: false, error: errorOf(thrown) };
  }
}

/** What did not begin is seen as skipped. */
function skip(exec: Execution, frame: Frame, { graph }: ParallelPlan, { body }: BranchPlan): void {
  const inner = innerFrame(frame, body, `${pathOf(frame, graph.name)}/`, {});
  for (const { graph: node } of body.nodes.values()) exec.log.skipped(inner, node);
}

function settle({ graph, branches, onError, quorum }: ParallelPlan, ends: ReadonlyMap<BranchPlan, BranchEnd>): Settlement {
  const errors: { branch: string; error: ErrorData }[] = [];
  const results: { [branch: string]: Json } = {};
  let succeeded = 0;
  let control: Control | undefined;
  for (const branch of branches) {
    const { slot, result } = branch;
    const end = ends.get(branch);
    if (end?.ok) {
      succeeded++;
      control ??= end.control;
    } else if (end) errors.push({ branch: slot, error: end.error });
    if (result) results[slot] = end?.ok ? (end.result ?? null) : null;
  }
  const [first] = errors;
  if (quorum === undefined && onError !== "collect" && first) return failed(first.error);
  if (quorum !== undefined && succeeded < quorum && !control) {
    const why = first ? ` The first error: ${first.error.message}` : "";
    const message = `${quorum} of the ${branches.length} branches of "${graph.name}" had to succeed, ${succeeded} did.${why}`;
    return failed({ code: "WORKFLOW_FAILED_ITSELF", nativeCode: "NO_QUORUM", message, path: graph.pointer });
  }
  const listed = errors.map(({ branch, error }) => ({ branch, error: caught(error) }));
  const output: Json = { succeeded, failed: errors.length, results, errors: listed };
  return { status: "succeeded", output, ...(control && { control }) };
}
