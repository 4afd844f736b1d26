import type { JsonObject } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import { type Frame, innerFrame } from "./frame.ts";
import type { SetPlan } from "./plan.ts";
import type { NodeStart } from "./run-node.ts";
import { runSet, type SetEnd } from "./run-set.ts";
import type { InsideSnapshot } from "./snapshot.ts";

/** One execution of a body on the strand of its container. */
export interface BodyRun {
  readonly set: SetPlan;
  readonly slot: string;
  /** Place of its nodes in the run. */
  readonly prefix: string;
  readonly vars?: JsonObject;
  /** What the container goes on with when it is parked inside of the body. */
  readonly state?: Omit<InsideSnapshot, "slot" | "frame">;
  readonly quiet?: boolean;
  readonly keyPrefix?: string;
}

/** How a body ended, and what values see that are computed once it has run. */
export interface BodyEnd extends SetEnd {
  readonly frame: Frame;
}

/** Where inside of this container the run was parked. */
export function insideOf(frame: Frame, { name }: NodeStart): InsideSnapshot | undefined {
  return frame.resume?.at === name ? frame.resume.inside : undefined;
}

/** Runs a body, or goes on with it where it was parked. The run can be parked inside of it where it can be parked outside. */
export async function runBody(exec: Execution, frame: Frame, start: NodeStart, body: BodyRun): Promise<BodyEnd> {
  const { set, slot, prefix, vars = {}, state = {}, quiet, keyPrefix } = body;
  const resumed = insideOf(frame, start);
  const inner = resumed?.slot === slot ? resumed : undefined;
  const outwards = frame.parkable;
  const settled = start.settled;
  const inside = innerFrame(frame, set, prefix, vars, {
    ...(quiet !== undefined && { quiet }),
    ...(keyPrefix !== undefined && { keyPrefix }),
    ...(inner && { inner }),
    ...(outwards && {
      parkable: (snapshot) =>
        outwards({ settled: Object.fromEntries(settled), at: start.name, inside: { slot, frame: snapshot, ...state } }),
    }),
  });
  const end = await runSet(exec, inside);
  return { ...end, frame: inside };
}
