import type { Json, JsonObject } from "@mortise/contract";
import { isObject } from "../../model/loose.ts";
import type { DurableContext, StepAttempt } from "../../ports/durable-context.ts";
import type { WorkflowPlan } from "../plan.ts";
import { doneAgain } from "./done-again.ts";
import type { RepeatFacts } from "./repeat-facts.ts";

/**
 * A strand of a run that repeats another one.
 *
 * Owns: the decision which steps are taken over.
 * Does not own: either journal (DurableContext).
 * Invariants:
 *   P1. What is taken over is journaled in this run too, so a crash of it asks nobody twice.
 *   P2. Only successes are taken over. What failed is done again under the key it had, unless the input was edited or a person said so.
 *   P3. The order of `ctx` calls is that of a run that repeats nothing.
 */
export function repeatingContext(ctx: DurableContext, facts: RepeatFacts, plan: WorkflowPlan): DurableContext {
  const { from = [], edits = {}, newKeys } = facts;
  const isAgain = doneAgain(
    [...plan.sets.values()].map(({ graph }) => graph),
    [...from, ...Object.keys(edits)],
  );
  const recall = async (key: string) => await ctx.recall?.(placeOf(key));
  return {
    runId: ctx.runId,
    strand: ctx.strand,
    step: (key, fn) =>
      ctx.step(key, async (attempt) => {
        const place = placeOf(key);
        const again = isAgain(place);
        const before = await recall(key);
        if (before !== undefined && !again && isSuccess(before.value)) return markTaken(before.value) as never;
        return await fn(newKeys || again || before === undefined ? attempt : withKey(attempt, before.value));
      }),
    fork: (key, strands, options) => ctx.fork(key, strands, options),
    sleepUntil: (key, epochMs) => ctx.sleepUntil(key, epochMs),
    park: (next, wake) => ctx.park(next, wake),
    now: (key) => ctx.now(key),
    uuid: (key) => ctx.uuid(key),
  };
}

/** `load[3]/upsert#2` is the second attempt of `load[3]/upsert`. */
function placeOf(key: string): string {
  return key.replace(/#[^#]*$/, "");
}

/** Calls, pages and rounds are journaled with their failures as data. */
function isSuccess(value: Json): boolean {
  if (!isObject(value)) return true;
  if (isObject(value.result)) return value.result.outcome === "success";
  if (Array.isArray(value.ends)) {
    const isWhole = !Array.isArray(value.later) || value.later.length === 0;
    return isWhole && value.ends.every((end) => !isObject(end) || end.ok === true);
  }
  if (isObject(value.tally)) return value.tally.failed === 0 && !("error" in value);
  return !("error" in value || "retryAtMs" in value);
}

/** The log shows what was taken over. */
function markTaken(value: Json): Json {
  return isObject(value) && isObject(value.result) ? ({ ...value, taken: true } as unknown as JsonObject) : value;
}

function withKey(attempt: StepAttempt, before: Json): StepAttempt {
  const key = isObject(before) ? before.idempotencyKey : undefined;
  if (typeof key !== "string") return attempt;
  return {
    get signal() {
      return attempt.signal;
    },
    idempotencyKey: key,
  };
}
