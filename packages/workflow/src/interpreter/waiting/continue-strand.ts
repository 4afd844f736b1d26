import type { Json } from "@mortise/contract";
import { isObject } from "../../model/loose.ts";
import type { DurableContext } from "../../ports/durable-context.ts";
import { WAKE_SIGNAL } from "../../ports/wait-store.ts";
import type { Execution } from "../execution.ts";
import { ABI, type ProgramInput, type RootInput } from "../program-input.ts";
import type { Memo, ParkedStrand } from "./memo.ts";
import { type Continuation, MemoContext, StrandWaits } from "./memo-context.ts";

/** The context of a strand that may wait; undefined where nothing in the workflow waits long, so that nothing is kept for it. */
export async function continueStrand(
  ctx: DurableContext,
  read: ProgramInput,
  mayWait: boolean,
): Promise<MemoContext | undefined> {
  const from = isRoot(read) ? await rootContinuation(ctx, read) : read.from;
  return mayWait || from !== undefined ? new MemoContext(ctx, from) : undefined;
}

/** What can be parked: neither a strand, nor a workflow that runs as one. */
function isRoot({ strand, sub }: ProgramInput): boolean {
  return strand === undefined && sub === undefined;
}

async function rootContinuation(ctx: DurableContext, { memo, $signal }: ProgramInput): Promise<Continuation | undefined> {
  if (memo === undefined) return undefined;
  const payload = $signal?.name === WAKE_SIGNAL ? $signal.payload : undefined;
  const wait = isObject(payload) && typeof payload.wait === "string" ? payload.wait : undefined;
  return { memo, woken: { nowMs: await ctx.now("run#woken"), ...(wait === undefined ? {} : { wait }) } };
}

/** Runs a strand; where it waits long, a strand of the run ends with its memo, and the root is parked with it. */
export async function untilItWaits(exec: Execution, read: ProgramInput, run: () => Promise<Json>): Promise<Json> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof StrandWaits)) throw thrown;
    const parked: ParkedStrand = { $parked: thrown.memo };
    return isRoot(read) ? await parkRoot(exec, read, thrown.memo) : (parked as unknown as Json);
  }
}

async function parkRoot(exec: Execution, { resume }: ProgramInput, memo: Memo): Promise<never> {
  await exec.log.flush();
  const next: RootInput = { abi: ABI, ...exec.run, ...(resume && { resume }), memo };
  const { atMs, waits } = memo.wake;
  exec.parking.asked = true;
  return exec.ctx.park(next as unknown as Json, {
    ...(atMs === undefined ? {} : { at: atMs }),
    ...(waits.length === 0 ? {} : { signal: WAKE_SIGNAL }),
  });
}
