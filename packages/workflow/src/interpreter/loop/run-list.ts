import type { ErrorData, Json } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import type { Frame } from "../frame.ts";
import { forkRounds } from "./fork-rounds.ts";
import type { LoopPlan } from "./loop-plan.ts";
import type { LoopTally } from "./loop-tally.ts";
import { readRounds } from "./read-rounds.ts";
import { roundsOf } from "./rounds-of.ts";
import { runRound, runRounds } from "./run-round.ts";

/** Rounds that run one after the other on the strand of the loop at most; more get strands of their own, so that no journal grows long. */
const LONGEST_INLINE = 100;
const LARGEST_CHUNK = 100;

/** Runs a loop over a list that is all there. */
export async function runList(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  items: readonly Json[],
  tally: LoopTally,
): Promise<ErrorData | undefined> {
  const rounds = roundsOf(items, plan.batch);
  const { body, concurrency, stopOnError, graph } = plan;
  const stopped = () => tally.isOver(stopOnError);
  const progress = () => exec.log.progress(frame, graph, { ...tally.counts, total: rounds.length });
  if (exec.inStep || body.effects === "none") {
    tally.addRounds(await runRounds(exec, frame, plan, rounds, exec.inStep ? concurrency : 1));
  } else if (body.effects === "read") {
    for (const chunk of chunks(rounds, Math.max(50, concurrency * 4))) {
      if (stopped()) break;
      tally.addRounds(await readRounds(exec, frame, plan, chunk));
      progress();
    }
  } else if (concurrency === 1 && rounds.length <= LONGEST_INLINE) {
    for (const round of rounds) {
      if (stopped()) break;
      tally.addRounds([await runRound(exec, frame, plan, round)]);
      progress();
    }
  } else {
    const waves = chunks(chunks(rounds, chunkSize(rounds.length, concurrency)), stopOnError ? concurrency : concurrency * 8);
    for (const wave of waves) {
      if (stopped()) break;
      const parts = wave.map((part) => ({ first: part[0]?.index ?? 0, values: part.map(({ value }) => value) }));
      for (const end of await forkRounds(exec, frame, plan, parts)) tally.add(end);
      progress();
    }
  }
  return undefined;
}

function chunkSize(rounds: number, concurrency: number): number {
  if (concurrency === 1) return LARGEST_CHUNK;
  return Math.max(1, Math.min(LARGEST_CHUNK, Math.ceil(rounds / (concurrency * 4))));
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
