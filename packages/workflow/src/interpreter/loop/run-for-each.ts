import { type Json, MortiseError } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import { type Frame, scopeOf } from "../frame.ts";
import { type Control, errorOf, failed, type Settlement } from "../settlement.ts";
import { streamReference } from "../stream-reference.ts";
import type { LoopPlan } from "./loop-plan.ts";
import { LoopTally } from "./loop-tally.ts";
import { runList } from "./run-list.ts";
import { runStream } from "./run-stream.ts";

/** Runs the body of a loop for every item of a list or a stream. */
export async function runForEach(exec: Execution, frame: Frame, plan: LoopPlan): Promise<Settlement> {
  const { graph } = plan;
  const atMs = exec.log.now();
  exec.log.running(frame, graph);
  const tally = new LoopTally(plan.collect !== undefined);
  let error = await runItems(exec, frame, plan, tally);
  if (plan.stopOnError) error ??= tally.firstError;
  exec.log.progress(frame, graph, tally.counts, true);
  const settlement: Settlement = error
    ? failed(error)
    : { status: "succeeded", output: tally.output(), ...beyond(tally.control) };
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}

/** What ends more than a loop; a break ended the loop, and that is that. */
export function beyond(control: Control | undefined): { readonly control?: Control } {
  return control?.kind === "stop" ? { control } : {};
}

/** An error of the loop itself, not of a round, is what comes back. */
async function runItems(exec: Execution, frame: Frame, plan: LoopPlan, tally: LoopTally) {
  let items: Json;
  try {
    items = plan.items.evaluate(scopeOf(exec.run, frame));
  } catch (thrown) {
    return errorOf(thrown);
  }
  const stream = streamReference(items);
  if (stream) return await runStream(exec, frame, plan, stream, tally);
  if (Array.isArray(items)) return await runList(exec, frame, plan, items as readonly Json[], tally);
  const found = items === null ? "nothing (null)" : typeof items;
  return new MortiseError("WRONG_TYPE", `For-each "${plan.graph.name}" needs a list, found ${found}.`, {
    path: `${plan.graph.pointer}/with/items`,
  }).data;
}
