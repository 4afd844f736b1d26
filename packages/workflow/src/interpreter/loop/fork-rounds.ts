import type { Json } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf } from "../frame.ts";
import { ABI, type PageReference, type RoundsStrand, type StrandInput } from "../program-input.ts";
import { throwable } from "../settlement.ts";
import { strandFrame } from "../strand-frame.ts";
import type { LoopPlan } from "./loop-plan.ts";
import { LoopTally, type Tally } from "./loop-tally.ts";
import { rowsOfPage } from "./page.ts";
import { roundsOf } from "./rounds-of.ts";
import { type Round, runRound } from "./run-round.ts";

/** Rounds for one strand: what they are over, or the page to take it from. */
export interface RoundsPart {
  readonly first: number;
  readonly values?: readonly Json[];
  readonly page?: PageReference;
}

/** Runs parts of a loop as strands, up to the loop's concurrency at once; what they came to, in order. */
export async function forkRounds(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  parts: readonly RoundsPart[],
): Promise<readonly Tally[]> {
  const frameOfStrand = strandFrame(frame, plan.reads);
  const strands = parts.map((part) => {
    const strand: RoundsStrand = {
      kind: "rounds",
      loop: plan.graph.name,
      ...frameOfStrand,
      ...part,
    };
    const input: StrandInput = { abi: ABI, ...exec.run, strand };
    return { key: String(part.first), input: input as unknown as Json };
  });
  const key = `${pathOf(frame, plan.graph.name)}@${parts[0]?.first ?? 0}`;
  const ends = await exec.ctx.fork(key, strands, { max: plan.concurrency });
  return ends.map((end) => {
    if (!end.ok) throw throwable(end.error);
    return end.value as unknown as Tally;
  });
}

/** Runs the rounds of one strand, one after the other. */
export async function runForkedRounds(exec: Execution, frame: Frame, plan: LoopPlan, strand: RoundsStrand): Promise<Json> {
  const tally = new LoopTally(plan.collect !== undefined);
  for (const round of await roundsOfStrand(exec, frame, plan, strand)) {
    tally.addRounds([await runRound(exec, frame, plan, round)]);
    if (tally.isOver(plan.stopOnError)) break;
  }
  return tally.tally() as unknown as Json;
}

async function roundsOfStrand(exec: Execution, frame: Frame, plan: LoopPlan, strand: RoundsStrand): Promise<readonly Round[]> {
  if (strand.page === undefined) return (strand.values ?? []).map((value, i) => ({ index: strand.first + i, value }));
  return roundsOf(await rowsOfPage(exec, frame, plan, strand.page), plan.batch, strand.first);
}
