import type { JsonObject } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import { type Frame, type FrameOptions, innerFrame, pathOf } from "./frame.ts";
import type { SetPlan } from "./plan.ts";
import { runSet, type SetEnd } from "./run-set.ts";

/** One execution of a body. */
export interface InnerRun {
  /** Name of the container in the frame. */
  readonly name: string;
  readonly set: SetPlan;
  readonly vars?: JsonObject;
  /** Number of the round, where there are several. */
  readonly round?: number;
  readonly options?: Pick<FrameOptions, "quiet" | "keyPrefix">;
}

/** How a body ended, and what values see that are computed once it has run. */
export interface InnerEnd extends SetEnd {
  readonly frame: Frame;
}

/** Runs a body on the strand of its container; what waits in it for long ends the strand with a memo. */
export async function runInner(exec: Execution, outer: Frame, run: InnerRun): Promise<InnerEnd> {
  const { name, set, vars = {}, round, options = {} } = run;
  const place = round === undefined ? pathOf(outer, name) : `${pathOf(outer, name)}[${round}]`;
  const frame = innerFrame(outer, set, `${place}/`, vars, options);
  const end = await runSet(exec, frame);
  return { ...end, frame };
}
