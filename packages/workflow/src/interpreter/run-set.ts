import type { ErrorData } from "@mortise/contract";
import { advance, beginSet, type NodeFailure, type SetEvent, type SetState } from "./advance.ts";
import type { Execution } from "./execution.ts";
import { type Frame, pathOf, viewOf } from "./frame.ts";
import { partition } from "./partition.ts";
import { planOf } from "./plan.ts";
import { runNode } from "./run-node.ts";
import { runRegions } from "./run-regions.ts";
import type { Control, Settlement } from "./settlement.ts";

/** How a node set ended. */
export interface SetEnd {
  readonly settled: ReadonlyMap<string, Settlement>;
  readonly failure?: NodeFailure;
  /** A node of the set ended the loop around it, or the run. A failure counts more. */
  readonly control?: Control;
}

/**
 * Runs a node set to its end.
 *
 * Nodes without an effect run in place. Of the others, one that is ready alone runs on this strand; several run as strands of their
 * own, each with what follows from it alone, and their joins wait here.
 */
export async function runSet(exec: Execution, frame: Frame): Promise<SetEnd> {
  const { resume } = frame;
  const before = resume ? new Map(Object.entries(resume.settled)) : frame.settled;
  let state: SetState = beginSet(frame.set.graph, frame.only, before);
  for (const [name, settlement] of state.settled) frame.steps[name] ??= viewOf(settlement);
  const ready: { readonly name: string; readonly error?: ErrorData }[] = [];
  let end: SetEnd | undefined;

  const apply = (event: SetEvent) => {
    if (event.kind === "settled") for (const [name, settlement] of event.results) frame.steps[name] = viewOf(settlement);
    const next = advance(state, event);
    state = next.state;
    for (const command of next.commands) {
      if (command.kind === "run") ready.push({ name: command.node, ...(command.error && { error: command.error }) });
      else if (command.kind === "end") end = endOf(state);
      else {
        frame.steps[command.node] = viewOf(command.settlement);
        exec.log.skipped(frame, planOf(frame.set, command.node).graph);
      }
    }
  };
  const settle = (name: string, settlement: Settlement) => apply({ kind: "settled", results: new Map([[name, settlement]]) });
  const run = async ({ name, error }: { readonly name: string; readonly error?: ErrorData }) =>
    settle(name, await runNode(exec, frame, { name, error, settled: state.settled }));

  apply({ kind: "begin" });
  while (end === undefined) {
    const pure = ready.findIndex(({ name }) => planOf(frame.set, name).effects === "none");
    if (pure >= 0) await allOf(ready.splice(pure, 1).map(run));
    else if (exec.inStep || ready.length === 1) await allOf(ready.splice(0).map(run));
    else {
      const starts = ready.splice(0);
      const names = starts.map(({ name }) => name);
      const regions = partition(frame.set.graph, state.only, state.settled, names);
      const key = `${pathOf(frame, names[0] ?? "")}+${names.length - 1}`;
      apply({ kind: "settled", results: await runRegions(exec, frame, { key, regions, state }) });
    }
  }
  return end;
}

function endOf({ settled, failure, control }: SetState): SetEnd {
  return { settled, ...(failure ? { failure } : control && { control }) };
}

/** Waits for all, also where one throws: nothing may go on behind the back of a step that has ended. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const broken = ends.find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
}
