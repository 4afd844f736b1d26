import { createHash } from "node:crypto";
import { compileValue } from "@mortise/builders";
import { type Json, parseDuration } from "@mortise/contract";
import { completeTrigger, type Trigger } from "@mortise/workflow";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import type { FlowLimits } from "./store/trigger-inbox.ts";

const MOST_WAITING = 10_000;
const MOST_OF_KEY = 1_000;
const REMEMBERED = 500;

/** What a trigger says of its events, compiled once a revision. */
export interface CompiledTrigger {
  readonly limits: FlowLimits;
  /** Events that stay until their run has ended. */
  readonly isLimited: boolean;
  /** Waiting events at most, of all and of one key. */
  readonly most: number;
  readonly mostOfKey: number;
  /** The key by which an event is ordered. Throws what expressions throw. */
  readonly orderKey: (payload: TriggerPayload) => string | undefined;
  /** The id that the document computes. Undefined: it computes none, or there is none in this event. */
  readonly eventId: (payload: TriggerPayload) => string | undefined;
}

/** What expressions see as `trigger`. */
export type TriggerPayload = { readonly [part: string]: Json };

const compiled = new Map<string, CompiledTrigger>();

/** Compiles the trigger of a revision. */
export function compileTrigger({
  id,
  revision,
  document,
}: Pick<StoredWorkflow, "id" | "revision" | "document">): CompiledTrigger {
  const name = `${id}@${revision}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const fresh = compile(document.trigger);
  compiled.set(name, fresh);
  const [oldest] = compiled.keys();
  if (compiled.size > REMEMBERED && oldest !== undefined) compiled.delete(oldest);
  return fresh;
}

function compile(trigger: Trigger): CompiledTrigger {
  const { concurrency, queue, order } = trigger;
  const by = order === undefined ? undefined : compileValue(order.by as Json);
  const own = trigger.use === "webhook" ? trigger.with?.eventId : undefined;
  const eventId = own === undefined ? undefined : compileValue(own);
  const scope = (payload: TriggerPayload) => ({ trigger: completeTrigger(trigger, payload as Json, "") });
  return Object.freeze({
    limits: {
      concurrency,
      isOrdered: by !== undefined,
      patienceMs: order?.patience === undefined ? undefined : parseDuration(order.patience),
    },
    isLimited: concurrency !== undefined || by !== undefined,
    most: queue ?? MOST_WAITING,
    mostOfKey: order?.limit ?? MOST_OF_KEY,
    orderKey: (payload) => (by === undefined ? undefined : JSON.stringify(by.evaluate(scope(payload))).slice(0, 500)),
    eventId: (payload) => {
      const value = eventId?.evaluate(scope(payload));
      return value === undefined || value === null || value === "" ? undefined : String(value);
    },
  } satisfies CompiledTrigger);
}

/** The id of the run that an event of a workflow starts: the same event, the same run. */
export function runIdOf(kind: string, workflowId: string, eventId: string): string {
  return `${kind}-${createHash("sha256").update(`${workflowId}\n${eventId}`).digest("hex").slice(0, 32)}`;
}
