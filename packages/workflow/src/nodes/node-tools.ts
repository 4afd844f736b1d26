import type { Scope } from "@mortise/builders";
import type { ErrorData, Json, JsonObject } from "@mortise/contract";
import type { DeadLetterStore } from "../ports/dead-letter-store.ts";
import type { StepAttempt } from "../ports/durable-context.ts";
import type { StateChange, StateEntry, StateKey, StateLimits } from "../ports/node-state.ts";
import type { PersonNotice } from "../ports/person-notice.ts";
import type { WaitStore } from "../ports/wait-store.ts";

/** Where a node runs. */
export interface NodePlace {
  readonly runId: string;
  /** The run that the engine knows: itself, or the one around it where it is part of another one. */
  readonly root: { readonly runId: string; readonly path: string };
  /** Place in the run, e.g. `load[3]/approve`; unique in the run. */
  readonly path: string;
  /** Name of the node. */
  readonly name: string;
  /** What stays the same when the workflow is edited: its id, or its name where it has none. */
  readonly workflow: string;
  readonly workflowHash: string;
  readonly trigger: Json;
  /** Check mode: nothing is waited for. */
  readonly dryRun: boolean;
}

/** How a body ended. */
export interface BodyEnd {
  readonly error?: ErrorData;
  /** What values see that are computed once the body has run. */
  readonly scope: Scope;
}

/** What a node that waits or remembers may do. One thing at a time, in an order that its parameters and its results alone decide. */
export interface NodeTools {
  readonly place: NodePlace;
  scope(vars?: JsonObject): Scope;
  /** Epoch ms, the same on every replay. */
  now(): Promise<number>;
  /** Runs an effect once and keeps what it returns; after a crash it may run again. */
  step<T extends Json>(what: string, perform: (attempt: StepAttempt) => Promise<T>): Promise<T>;
  /** Changes what is remembered under a key, as a step named `what`: after a crash `change` may see its own earlier write. */
  remember<T extends Json>(
    what: string,
    key: StateKey,
    change: (entry: StateEntry | undefined, nowMs: number) => StateChange<T>,
    limits?: StateLimits,
  ): Promise<T>;
  /** Waits until a moment or an answer, in memory up to a minute and parked beyond. May return early: look again. */
  until(wake: { readonly atMs?: number; readonly waits?: readonly string[] }): Promise<void>;
  /** Runs a body; `round` tells the times apart where it runs more than once. */
  body(slot: string, vars?: JsonObject, round?: number): Promise<BodyEnd>;
  /** Runs the body `nodes` as a saga: where it fails, what it did is undone before this returns. */
  saga(): Promise<{ readonly error?: ErrorData; readonly steps: number }>;
  hasBody(slot: string): boolean;
  /** A path of the server as an address that others can reach; the path alone where the deployment has no address. */
  addressOf(path: string): string;
  /** The stores of the deployment. Each throws `MISCONFIGURED` where it has none. */
  readonly waits: WaitStore;
  readonly deadLetters: DeadLetterStore;
  /** Tells people; does nothing where the deployment tells nobody. */
  notify(notice: PersonNotice): Promise<void>;
}
