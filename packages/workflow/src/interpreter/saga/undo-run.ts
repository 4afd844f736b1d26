import { type Json, MortiseError } from "@mortise/contract";
import type { KeptSagas } from "../../ports/saga-store.ts";
import type { Execution } from "../execution.ts";
import { throwable } from "../settlement.ts";
import { leftStanding } from "./run-saga.ts";
import { undoSteps } from "./undo-steps.ts";

/** How often it is asked whether steps that were in flight at the cancel have ended, and how long it waits in between, ms. */
const LOOKS = 5;
const LOOK_MS = 2_000;

/**
 * Cancels a run and undoes what its sagas did: a run of its own, because nothing of a cancelled one goes on. It cancels by itself, so that
 * a process which dies after it was started leaves nothing half done.
 */
export async function undoRun(
  exec: Execution,
  { runId, root }: { readonly runId: string; readonly root: string },
): Promise<Json> {
  const { ctx, log, ports } = exec;
  const { sagas, cancelRun } = ports;
  if (sagas === undefined || cancelRun === undefined)
    throw new MortiseError("MISCONFIGURED", "This deployment does not keep what sagas did.");
  log.runStarted(Date.parse(exec.run.startedAt), exec.run.trigger);
  await ctx.step("undo$cancel#1", async () => {
    await cancelRun(root);
    return null;
  });
  const list = async (look: number) =>
    (await ctx.step(`undo$list#${look}`, async () => (await sagas.list(runId)) as unknown as Json)) as unknown as KeptSagas;
  let kept = await list(0);
  for (let look = 1; look <= LOOKS && kept.steps.some(({ state }) => state === "begun"); look++) {
    await ctx.sleepUntil(`undo$wait#${look}`, (await ctx.now(`undo$now#${look}`)) + LOOK_MS);
    kept = await list(look);
  }
  const undone = await undoSteps(exec, runId, "undo", kept);
  const output = { cancelled: runId, ...undone } as unknown as Json;
  if (undone.left.length === 0) {
    await ctx.step("undo$forget#1", async () => {
      for (const saga of Object.keys(kept.contexts)) await sagas.forget(runId, saga);
      return null;
    });
    log.runEnded({ output });
    await log.flush();
    return output;
  }
  const error = await leftStanding(exec, "undo", undone);
  log.runEnded({ error });
  await log.flush();
  throw throwable(error);
}
