import type { DataClass } from "@mortise/contract";
import type { NodeSink } from "../nodes/core-node.ts";

/** A place where data leaves a run: an operation's input, what a run answers with, its kept history, or what a core node gives out. */
export type DataSink = NodeSink | "connector" | "history";

/** What data may go where. Empty: everything may go everywhere. */
export interface DataPolicy {
  readonly rules?: readonly DataRule[];
  /** The only regions that connections may lie in. Absent: any. */
  readonly regions?: readonly string[];
}

/** Data of these classes may not go to these places. */
export interface DataRule {
  /** Shown to people, e.g. `no personal data in chats`. */
  readonly name: string;
  /** `unknown`: what nobody has declared. */
  readonly classes: readonly DataClass[];
  /** Connectors that it comes from, or `trigger`. Absent: wherever it comes from. */
  readonly from?: readonly string[];
  /** Kinds of places. Absent: `["connector"]`. */
  readonly to?: readonly DataSink[];
  /** Connectors that must not get it. Absent: all but those of `except`. */
  readonly connectors?: readonly string[];
  /** Connectors that may have it. */
  readonly except?: readonly string[];
  /** Regions that it may go to; a connection of unknown region is outside of them. Absent: the region does not matter. */
  readonly regions?: readonly string[];
  /** `deny`: the workflow cannot run. `approve`: somebody has to look at it, a warning. */
  readonly effect: "deny" | "approve";
}
