import { type ErrorData, type Json, MortiseError } from "@mortise/contract";
import { MOST_ROUNDS } from "../nodes/rounds.ts";
import type { Execution } from "./execution.ts";
import { type Frame, scopeOf } from "./frame.ts";
import type { RepeatPlan } from "./kinds/repeat-kind.ts";
import { runInner } from "./run-inner.ts";
import { LOGGED_ROUNDS } from "./run-logger.ts";
import { type Control, errorOf } from "./settlement.ts";

/** Where a loop or a while stands between two rounds. */
export interface Progress {
  /** Number of the next round. */
  readonly index: number;
  readonly state: Json;
  /** What rounds collected; on a strand, those of the strand. */
  readonly results: readonly Json[];
}

/** What rounds came to, as plain data that a strand hands back. `more`: the next ones are to run on another strand. */
export type RepeatEnd =
  | { readonly kind: "more"; readonly progress: Progress }
  | { readonly kind: "failed"; readonly progress: Progress; readonly error: ErrorData }
  | {
      readonly kind: "ended";
      readonly progress: Progress;
      readonly ended: "done" | "break" | "max";
      readonly control?: Control;
    };

/** Runs rounds one after the other, at most `most` of them. */
export async function runUpTo(exec: Execution, frame: Frame, plan: RepeatPlan, from: Progress, most: number): Promise<RepeatEnd> {
  const results = [...from.results];
  let { index, state } = from;
  const progress = (): Progress => ({ index, state, results });
  const failed = (error: ErrorData): RepeatEnd => ({ kind: "failed", progress: progress(), error });
  for (;;) {
    const vars = { index, state };
    const done = computed(() => isDone(exec, frame, plan, vars));
    if ("error" in done) return failed(done.error);
    if (done.value) return { kind: "ended", progress: progress(), ended: "done" };
    if (index >= plan.max) return atMax(plan, progress());
    if (index - from.index >= most) return { kind: "more", progress: progress() };
    const run = { name: plan.graph.name, set: plan.body, vars, round: index, options: { quiet: index >= LOGGED_ROUNDS } };
    const { failure, control, frame: inner } = await runInner(exec, frame, run);
    index++;
    if (failure) return failed(failure.error);
    if (control) return { kind: "ended", progress: progress(), ended: "break", control };
    const scope = scopeOf(exec.run, inner);
    const collected = computed(() => plan.collect?.evaluate(scope) ?? null);
    const next = computed(() => (plan.next ? plan.next.evaluate(scope) : state));
    if ("error" in collected) return failed(collected.error);
    if ("error" in next) return failed(next.error);
    if (plan.collect) results.push(collected.value);
    state = next.value;
    exec.log.progress(frame, plan.graph, { done: index, items: index, failed: 0 });
  }
}

function computed<T>(compute: () => T): { readonly value: T } | { readonly error: ErrorData } {
  try {
    return { value: compute() };
  } catch (thrown) {
    return { error: errorOf(thrown) };
  }
}

/** Whether no further round is wanted. */
function isDone(exec: Execution, frame: Frame, { times, condition }: RepeatPlan, vars: { index: number; state: Json }): boolean {
  const scope = scopeOf(exec.run, frame, vars);
  if (condition) return condition.evaluate(scope) !== true;
  const wanted = times?.evaluate(scope);
  if (typeof wanted === "number" && Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_ROUNDS) return vars.index >= wanted;
  throw new MortiseError(
    "INVALID_VALUE",
    `"times" has to be a whole number from 0 to ${MOST_ROUNDS}, found ${JSON.stringify(wanted)}.`,
  );
}

function atMax({ failsAtMax, max, graph }: RepeatPlan, progress: Progress): RepeatEnd {
  if (!failsAtMax) return { kind: "ended", progress, ended: "max" };
  const error: ErrorData = {
    code: "LIMIT_EXCEEDED",
    message: `"${graph.name}" ran ${max} rounds, and its condition is still true.`,
    path: `${graph.pointer}/with/max`,
  };
  return { kind: "failed", progress, error };
}
