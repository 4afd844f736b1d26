/**
 * Waits for what is in progress when something is taken out of use.
 *
 * Owns: streams in progress, the waits for calls and streams to end.
 * Does not own: calls in progress (Deadlines), who may begin (Lifecycle).
 * Invariants:
 *   N1. A drain ends when the last call that had begun before it has ended, or at its limit: then what is left is stopped, with `CALL_CANCELLED`.
 *   N2. A stream counts from its first page to its end, also between two pages.
 */
import { MortiseError } from "@mortise/contract";
import type { CallStop, Deadlines } from "../admission/deadlines.ts";
import type { ResolvedCall } from "../call.ts";
import { nextTurn } from "../system-clock.ts";
import type { Held } from "./holds.ts";

/** How a drain ended. */
export interface Drained {
  /** Calls and streams that had not ended in time, and were stopped. */
  readonly stopped: number;
}

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export class Drains {
  readonly #deadlines: Deadlines;
  readonly #sleep: Sleep;
  readonly #streams = new Set<ResolvedCall>();
  readonly #waits = new Set<(over: CallStop | ResolvedCall) => void>();

  constructor(deadlines: Deadlines, sleep: Sleep) {
    this.#deadlines = deadlines;
    this.#sleep = sleep;
  }

  streamBegins(call: ResolvedCall): void {
    this.#streams.add(call);
  }

  streamEnds(call: ResolvedCall): void {
    this.#streams.delete(call);
    this.#ended(call);
  }

  /** Resolves when all that is in progress of it has ended, or was stopped after so many ms. Whoever asks holds back what is new before. */
  async drain(of: Held, limitMs: number): Promise<Drained> {
    // A call that was let in has its place a few microtasks later.
    await nextTurn();
    const left = new Set<CallStop | ResolvedCall>();
    for (const stop of this.#deadlines.inProgress()) if (stop.of !== undefined && isOf(stop.of, of)) left.add(stop);
    for (const stream of this.#streams) if (isOf(stream, of)) left.add(stream);
    if (left.size > 0 && limitMs > 0) await this.#wait(left, limitMs);
    const reason = new MortiseError("CALL_CANCELLED", "The call did not end in the time that it was given to.");
    for (const each of left) if ("stop" in each) each.stop.abort(reason);
    return { stopped: left.size };
  }

  async #wait(left: Set<CallStop | ResolvedCall>, limitMs: number): Promise<void> {
    const over = new AbortController();
    const ended = (each: CallStop | ResolvedCall): void => {
      if (left.delete(each) && left.size === 0) over.abort();
    };
    this.#waits.add(ended);
    this.#deadlines.onForget = (stop) => this.#ended(stop);
    await this.#sleep(limitMs, over.signal).catch(() => undefined);
    this.#waits.delete(ended);
    if (this.#waits.size === 0) this.#deadlines.onForget = undefined;
  }

  #ended(over: CallStop | ResolvedCall): void {
    for (const tell of this.#waits) tell(over);
  }
}

function isOf({ target, connection, tenant }: ResolvedCall, of: Held): boolean {
  if (of.connector !== undefined) return target.connector.contract.name === of.connector;
  if (of.connection !== undefined) return connection.name === of.connection && tenant === of.tenant;
  return true;
}
