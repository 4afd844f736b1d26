import type { Json } from "@mortise/contract";
import { type Execution, RetryLater } from "../execution.ts";
import { type Frame, pathOf } from "../frame.ts";
import { MAX_DURABLE_RETRIES } from "../kinds/durable-retry.ts";
import type { LoopPlan } from "./loop-plan.ts";
import type { RoundEnd } from "./loop-tally.ts";
import { isLast, type Round, runRounds } from "./run-round.ts";

interface ChunkEnd {
  readonly ends: readonly RoundEnd[];
  /** Rounds whose target asked to come back later. */
  readonly later: readonly number[];
  readonly retryAtMs?: number;
  /** When the step ended, epoch ms. Absent in journals from before there was this. */
  readonly atMs?: number;
}

/** Runs rounds that only read as one step, several at once inside of it. Those whose target is sick are run again when it says. */
export async function readRounds(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  chunk: readonly Round[],
): Promise<readonly RoundEnd[]> {
  const path = pathOf(frame, plan.graph.name);
  const key = `${path}[${chunk[0]?.index}-${chunk.at(-1)?.index}]`;
  const done: RoundEnd[] = [];
  let todo = chunk;
  let sinceMs: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const patient = attempt <= MAX_DURABLE_RETRIES;
    const end = (await exec.ctx.step(`${key}#${attempt}`, async ({ signal, idempotencyKey }) => {
      const inStep = { ...exec, inStep: { signal, idempotencyKey, patient, attempt, sinceMs } };
      return { ...(await runChunk(inStep, frame, plan, todo)), atMs: exec.log.now() } as unknown as Json;
    })) as unknown as ChunkEnd;
    sinceMs ??= end.atMs;
    done.push(...end.ends);
    const stopped = end.ends.some((each) => isLast(each, plan));
    if (end.later.length === 0 || stopped || end.retryAtMs === undefined) return done;
    todo = chunk.filter(({ index }) => end.later.includes(index));
    await exec.ctx.sleepUntil(`${key}#retry${attempt}`, end.retryAtMs);
  }
}

async function runChunk(exec: Execution, frame: Frame, plan: LoopPlan, rounds: readonly Round[]): Promise<ChunkEnd> {
  const ends: RoundEnd[] = [];
  const later: number[] = [];
  let retryAtMs: number | undefined;
  let next = 0;
  let stop = false;
  const worker = async () => {
    for (let round = rounds[next++]; round !== undefined && !stop; round = rounds[next++]) {
      try {
        const [end] = await runRounds(exec, frame, plan, [round], 1);
        if (!end) continue;
        ends.push(end);
        if (isLast(end, plan)) stop = true;
      } catch (thrown) {
        if (!(thrown instanceof RetryLater)) throw thrown;
        later.push(round.index);
        retryAtMs = Math.max(retryAtMs ?? 0, thrown.atMs);
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(plan.concurrency, rounds.length) }, worker));
  const broken = workers.find((each) => each.status === "rejected");
  if (broken) throw broken.reason;
  return { ends, later, ...(retryAtMs !== undefined && { retryAtMs }) };
}
