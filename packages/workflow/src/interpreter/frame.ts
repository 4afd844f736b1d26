import type { Scope } from "@mortise/builders";
import type { ErrorData, JsonObject } from "@mortise/contract";
import type { RunFacts } from "./execution.ts";
import type { SetPlan } from "./plan.ts";
import type { Settlement } from "./settlement.ts";
import type { FrameSnapshot, InsideSnapshot } from "./snapshot.ts";

/** One execution of a node set: the workflow itself, one round of a loop, one body of a try. */
export interface Frame {
  readonly set: SetPlan;
  /** Place of its nodes in the run, e.g. `load[3]/`; empty for the workflow itself. */
  readonly prefix: string;
  /** Place of its nodes without the attempts of a retry around it, so that all attempts of a call have one idempotency key. Absent: in no retry. */
  readonly keyPrefix?: string;
  /** Variables beside `trigger`, `run` and `steps`: `item`, `batch`, `index`, `error`. */
  readonly vars: JsonObject;
  /** What expressions see under `steps`; grows as nodes settle. */
  readonly steps: { [node: string]: StepView };
  /** Nodes to execute here; absent: all of the set. */
  readonly only?: readonly string[];
  readonly settled?: ReadonlyMap<string, Settlement>;
  /** Place of the saga around it. Absent: nothing of it is undone. */
  readonly saga?: string;
  /** Only failures of a quiet frame are logged. */
  readonly quiet: boolean;
  /** Present where the run can be parked from inside this frame. */
  readonly parkable?: Parkable;
  /** Where to go on after a park. */
  readonly resume?: FrameSnapshot;
}

/** Builds what is needed to go on at a frame later, from the frame outwards. */
export type Parkable = (inner: FrameSnapshot) => FrameSnapshot;

/** A node as expressions see it. */
export type StepView = JsonObject;

/** What expressions of one frame see. */
export function scopeOf(run: RunFacts, frame: Frame, extra: JsonObject = {}): Scope {
  return {
    trigger: run.trigger,
    run: { id: run.runId, startedAt: run.startedAt },
    steps: frame.steps,
    ...frame.vars,
    ...extra,
  };
}

/** A settlement as `steps.<node>`. */
export function viewOf(settlement: Settlement): StepView {
  switch (settlement.status) {
    case "succeeded":
      return { status: "succeeded", output: settlement.output, error: null };
    case "failed":
      return { status: "failed", output: null, error: caught(settlement.error) };
    case "skipped":
      return { status: "skipped", output: null, error: null };
  }
}

/** An error as expressions see it: message, and the code, which a fail node may have made up. */
export function caught({ code, message, nativeCode }: ErrorData): JsonObject {
  return { code: code === "WORKFLOW_FAILED_ITSELF" ? (nativeCode ?? code) : code, message };
}

/** What is particular to one body. */
export interface FrameOptions {
  readonly quiet?: boolean;
  readonly keyPrefix?: string;
  readonly inner?: InsideSnapshot;
  readonly parkable?: Parkable;
}

/** The frame of a body inside of another frame. */
export function innerFrame(outer: Frame, set: SetPlan, prefix: string, vars: JsonObject, more: FrameOptions = {}): Frame {
  const keyPrefix = more.keyPrefix ?? (outer.keyPrefix && outer.keyPrefix + prefix.slice(outer.prefix.length));
  return {
    set,
    prefix,
    vars: { ...outer.vars, ...vars },
    steps: { ...outer.steps },
    quiet: outer.quiet || more.quiet === true,
    ...(keyPrefix !== undefined && { keyPrefix }),
    ...(outer.saga !== undefined && { saga: outer.saga }),
    ...(more.parkable && { parkable: more.parkable }),
    ...(more.inner && { resume: more.inner.frame }),
  };
}

/** Where a node of this frame stands in the run, e.g. `load[3]/upsert`. */
export function pathOf(frame: Frame, node: string): string {
  return frame.prefix + node;
}
