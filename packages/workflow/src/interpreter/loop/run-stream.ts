import type { ErrorData } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import type { Frame } from "../frame.ts";
import type { StreamReference } from "../stream-reference.ts";
import { forkPages } from "./fork-pages.ts";
import type { LoopPlan } from "./loop-plan.ts";
import type { LoopTally } from "./loop-tally.ts";
import { readSpans } from "./read-spans.ts";

/** Runs a loop over a stream. Never more than `concurrency` pages are in memory, and one that is read ahead. */
export function runStream(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  stream: StreamReference,
  tally: LoopTally,
): Promise<ErrorData | undefined> {
  return plan.body.effects === "durable"
    ? forkPages(exec, frame, plan, stream, tally)
    : readSpans(exec, frame, plan, stream, tally);
}
