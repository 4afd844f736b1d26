import { DBOS, Error as DbosErrors, type WorkflowHandle } from "@dbos-inc/dbos-sdk";
import type { Program } from "@mortise/workflow";
import { type Parked, wakeInput } from "../strand/parked.ts";
import { DbosContext, type DbosStrandTools } from "./dbos-context.ts";
import { currentRun, forEver } from "./live-work.ts";
import { type Message, type Outcome, segmentId } from "./message.ts";
import { RunFailure } from "./run-failure.ts";
import type { Signals } from "./signals.ts";

/** What {@link runSegment} needs beside the tools of its strand. */
export interface SegmentTools extends DbosStrandTools {
  readonly program: Program;
  readonly signals: Signals;
  readonly giveUp: (workflowId: string) => Promise<void>;
  /** Enqueues the next segment, to start after `delayMs`. */
  readonly startSegment: (workflowId: string, message: Message, delayMs: number) => Promise<WorkflowHandle<Outcome>>;
}

/** A run that waits for a signal alone. */
const NO_DEADLINE_MS = 100 * 365 * 86_400_000;

/** The one workflow function: runs the program on one strand and journals how it ended. */
export function runSegment(tools: SegmentTools, message: Message): Promise<Outcome> {
  const workflowId = DBOS.workflowID ?? segmentId(message.runId, message.segment);
  return currentRun.run({ runId: message.runId }, () =>
    tools.live
      .live(message.runId, async (signal) => {
        if (!(await tools.probation.admit(message.runId, workflowId))) {
          await tools.giveUp(workflowId);
          return await forEver();
        }
        const context = new DbosContext(message, workflowId, tools, signal);
        try {
          const input = await tools.values.load(message.runId, message.input);
          const woken = wakeInput(input, await takeSignal(tools, message, workflowId));
          const value = await Promise.race([tools.program(context, woken), context.lost]);
          if (!context.parked) return { value: await tools.values.store(message.runId, value) };
        } catch (error) {
          if (error instanceof DbosErrors.DBOSWorkflowConflictError || error instanceof DbosErrors.DBOSWorkflowCancelledError)
            throw error;
          if (!context.parked) throw new RunFailure(error);
        }
        return { parked: await park(tools, message, context.parked) };
      })
      .finally(() => tools.probation.passed(message.runId)),
  );
}

async function takeSignal(tools: SegmentTools, { runId, awaited }: Message, workflowId: string) {
  if (awaited === undefined) return undefined;
  return (await DBOS.runStep(() => tools.signals.take(runId, awaited, workflowId), { name: "$signal" })) ?? undefined;
}

/** The next segment is there before this one ends, so the run is never without one. */
async function park(tools: SegmentTools, message: Message, { next, wake }: Parked): Promise<string> {
  const { runId } = message;
  const segment = message.segment + 1;
  const id = segmentId(runId, segment);
  const input = await tools.values.store(runId, next);
  const delayMs = wake.at === undefined ? NO_DEADLINE_MS : wake.at - Date.now();
  const awaited = wake.signal === undefined ? {} : { awaited: wake.signal };
  const { repeats } = message;
  const goingOn = repeats && { repeats: { ...repeats, segment: repeats.segment + 1 } };
  await tools.startSegment(id, { v: 1, runId, strand: "", segment, input, ...awaited, ...goingOn }, delayMs);
  // A signal that came before the segment was there found nothing to wake.
  if (wake.signal !== undefined) await tools.signals.wakeIfSent(runId, wake.signal, id);
  return id;
}
