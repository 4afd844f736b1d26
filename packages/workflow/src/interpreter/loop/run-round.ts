import type { Json, JsonObject } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import { type Frame, innerFrame, pathOf, scopeOf } from "../frame.ts";
import { LOGGED_ROUNDS } from "../run-logger.ts";
import { runSet } from "../run-set.ts";
import { errorOf } from "../settlement.ts";
import type { LoopPlan } from "./loop-plan.ts";
import type { RoundEnd } from "./loop-tally.ts";

/** One round: what it is over, and its number. */
export interface Round {
  readonly index: number;
  /** An item, or a batch of items. */
  readonly value: Json;
}

/** Runs the body of a loop once. */
export async function runRound(exec: Execution, frame: Frame, plan: LoopPlan, { index, value }: Round): Promise<RoundEnd> {
  const vars: JsonObject = plan.batch === undefined ? { item: value, index } : { batch: value, index };
  const items = plan.batch === undefined ? 1 : (value as readonly Json[]).length;
  const prefix = `${pathOf(frame, plan.graph.name)}[${index}]/`;
  const inner = innerFrame(frame, plan.body, prefix, vars, { quiet: index >= LOGGED_ROUNDS });
  const { failure, control } = await runSet(exec, inner);
  if (failure) return { ok: false, index, items, error: failure.error };
  if (control) return { ok: true, index, items, control };
  if (plan.collect === undefined) return { ok: true, index, items };
  try {
    return { ok: true, index, items, result: plan.collect.evaluate(scopeOf(exec.run, inner)) };
  } catch (thrown) {
    return { ok: false, index, items, error: errorOf(thrown) };
  }
}

/** Whether no round begins after one that ended like this. */
export function isLast(end: RoundEnd, { stopOnError }: LoopPlan): boolean {
  return end.ok ? end.control !== undefined : stopOnError;
}

/** Runs rounds, up to `max` at once, in order of their start. A failed round stops further starts where the loop says so. */
export async function runRounds(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  rounds: readonly Round[],
  max: number,
): Promise<readonly RoundEnd[]> {
  const ends: RoundEnd[] = [];
  let next = 0;
  let stop = false;
  const worker = async () => {
    for (let round = rounds[next++]; round !== undefined && !stop; round = rounds[next++]) {
      const end = await runRound(exec, frame, plan, round);
      ends.push(end);
      if (isLast(end, plan)) stop = true;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(max, rounds.length)) }, worker));
  const broken = workers.find((each) => each.status === "rejected");
  if (broken) throw broken.reason;
  return ends;
}
