/**
 * Ends calls at their deadlines and when the runtime closes, with one timer for all of them.
 *
 * Owns: the stops of the calls in progress, the timer.
 * Does not own: what a deadline is (admit).
 * Invariants:
 *   D1. A call that ends in time costs an entry in a set; a timer is set only where its deadline comes before all others'.
 *   D2. No call is stopped before its deadline, nor more than a few ms after it; deadlines are on a clock that nobody sets.
 *   D3. The timer does not keep the process alive.
 */
import { MortiseError } from "@mortise/contract";
import type { ResolvedCall } from "../call.ts";
import { later } from "../system-clock.ts";
import { StopController } from "./stop-controller.ts";

/** The shortest time between two looks at all calls, ms. */
const CLOSEST_MS = 5;

/** What stops one call. */
export class CallStop {
  readonly stop = new StopController();
  /** ms on the clock of {@link Deadlines}. */
  readonly endsAtMs: number;
  readonly limitMs: number;
  /** The call that it stops. */
  readonly of: ResolvedCall | undefined;

  constructor(endsAtMs: number, limitMs: number, of: ResolvedCall | undefined) {
    this.endsAtMs = endsAtMs;
    this.limitMs = limitMs;
    this.of = of;
  }
}

export class Deadlines {
  readonly #elapsedMs: () => number;
  readonly #stops = new Set<CallStop>();
  #armedForMs = Number.POSITIVE_INFINITY;
  #callOff: () => void = () => undefined;
  /** Is told of every call that is over. Undefined: nobody waits for one. */
  onForget: ((entry: CallStop) => void) | undefined;

  /** @param closing Aborts when the runtime closes: all calls in progress end with its reason. */
  constructor(elapsedMs: () => number, closing: AbortSignal) {
    this.#elapsedMs = elapsedMs;
    closing.addEventListener(
      "abort",
      () => {
        this.#callOff();
        for (const { stop } of this.#stops) stop.abort(closing.reason);
      },
      { once: true },
    );
  }

  /** Calls that are watched. */
  get size(): number {
    return this.#stops.size;
  }

  /** What stops the calls that are watched. */
  inProgress(): Iterable<CallStop> {
    return this.#stops;
  }

  /** Starts watching a call that has so many ms. */
  watch(limitMs: number, of?: ResolvedCall): CallStop {
    const entry = new CallStop(this.#elapsedMs() + limitMs, limitMs, of);
    this.#stops.add(entry);
    if (entry.endsAtMs < this.#armedForMs) this.#arm(entry.endsAtMs, limitMs);
    return entry;
  }

  /** The call is over. */
  forget(entry: CallStop): void {
    this.#stops.delete(entry);
    this.onForget?.(entry);
  }

  #arm(atMs: number, inMs: number): void {
    this.#callOff();
    this.#armedForMs = atMs;
    this.#callOff = later(Math.max(CLOSEST_MS, Math.ceil(inMs)), () => this.#look());
  }

  #look(): void {
    const now = this.#elapsedMs();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#stops) {
      if (entry.endsAtMs > now) next = Math.min(next, entry.endsAtMs);
      else if (!entry.stop.signal.aborted) {
        entry.stop.abort(new MortiseError("DEADLINE_EXCEEDED", `The call did not end within ${Math.round(entry.limitMs)} ms.`));
      }
    }
    this.#armedForMs = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#arm(next, next - now);
  }
}
