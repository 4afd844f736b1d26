import type { Json } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { ABI, type RootInput } from "./program-input.ts";
import type { FrameSnapshot } from "./snapshot.ts";

/** Waits up to this long keep the strand in memory. */
export const LONGEST_SLEEP_MS = 60_000;

/** A wait of one node. */
export interface Wait {
  /** Unique in the strand. */
  readonly key: string;
  readonly atMs: number;
  /** Epoch ms now, as journaled: the decision is the same on every replay. */
  readonly nowMs: number;
  /** Where the frame goes on. */
  readonly snapshot: FrameSnapshot;
}

/** Waits until a moment: in memory for up to a minute, else parked. When it parks, it never returns in this segment. */
export async function sleepOrPark(exec: Execution, frame: Frame, wait: Wait): Promise<void> {
  if (wait.atMs <= wait.nowMs) return;
  if (wait.atMs - wait.nowMs <= LONGEST_SLEEP_MS) return await exec.ctx.sleepUntil(wait.key, wait.atMs);
  if (frame.parkable === undefined)
    return await (exec.memo?.wait(wait.key, { atMs: wait.atMs, waits: [] }) ?? exec.ctx.sleepUntil(wait.key, wait.atMs));
  await exec.log.flush();
  const next: RootInput = { abi: ABI, ...exec.run, resume: frame.parkable(wait.snapshot) };
  exec.parking.asked = true;
  exec.ctx.park(next as unknown as Json, { at: wait.atMs });
}
