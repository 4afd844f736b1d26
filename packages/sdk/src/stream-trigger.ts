import type { Json, NativeBody, Trigger } from "@mortise/contract";
import type { Static, TObject, TSchema } from "typebox";
import type { NativeContext } from "./native.ts";
import { commonOf, examplesOf, type TriggerSpec } from "./triggers.ts";

/** What the code of a stream trigger may use. Everything that leaves the process goes through it. */
export interface StreamContext<Settings = Json>
  extends Pick<NativeContext<Settings>, "settings" | "credential" | "signal" | "connect" | "log"> {
  /** What was kept with the last event that was taken; null where nothing was. */
  readonly state: Json;
}

/** One event, in the hands of the other system until it is acknowledged. */
export interface StreamDelivery<Event = unknown> {
  readonly event: Event;
  /** The other system's own name for it, where it has one: what has come before is known by that. Absent: by the trigger's `identity`, if any. */
  readonly id?: string;
  /** Kept together with the event, and given back in `context.state`. Absent: nothing is. */
  readonly state?: Json;
  /** Tells the other system that the event is safe here. Absent: it wants to know nothing. */
  readonly ack?: () => Promise<void> | void;
}

/**
 * Listens until `context.signal` aborts. Returning or throwing ends the connection: whoever listens connects again after a while. The next
 * event is asked for when the one before was taken, so that a source is never read faster than its events are worked on.
 */
export type StreamListener<Input = Json, Event = unknown, Settings = Json> = (
  input: Input,
  context: StreamContext<Settings>,
) => AsyncIterable<StreamDelivery<Event>>;

/** A trigger that listens. */
export interface StreamSpec<Input extends TObject, Output extends TSchema, Settings extends TObject>
  extends TriggerSpec<Input, Output, Settings>,
    NativeBody {
  readonly listen: StreamListener<Static<Input>, Static<Output>, Static<Settings>>;
}

/** A stream trigger with its code. */
export interface DefinedStream {
  readonly contract: Trigger;
  readonly listen: StreamListener<never, unknown, never>;
}

/** Describes a trigger that listens, with the code that does. Without `identity` and ids two equal events are two events. */
export function streamTrigger<
  const Input extends TObject,
  const Output extends TSchema,
  const Settings extends TObject = TObject<Record<never, never>>,
>(spec: StreamSpec<Input, Output, Settings>): DefinedStream {
  const { reason, uses, listen } = spec;
  const { common } = commonOf(spec);
  const contract: Trigger = { kind: "stream", ...common, native: { reason, uses }, examples: examplesOf(spec) };
  return Object.freeze({ contract: Object.freeze(contract), listen });
}
