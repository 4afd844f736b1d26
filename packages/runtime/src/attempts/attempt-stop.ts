import { startTimer, stopTimer, type Timer } from "../system-clock.ts";

/**
 * Ends one attempt with its call, or when the attempt's own time is up. Not `AbortSignal.any` with `AbortSignal.timeout`: these are kept by
 * weak references that the garbage collector has to follow, and the timer of the latter holds the caller's async context until it fires.
 */
export class AttemptStop {
  readonly #call: AbortSignal;
  readonly #own = new AbortController();
  readonly #limitMs: number;
  readonly #timer: Timer;

  constructor(call: AbortSignal, limitMs: number) {
    this.#call = call;
    this.#limitMs = limitMs;
    this.#timer = startTimer(limitMs, timeIsUp, this);
    if (call.aborted) this.handleEvent();
    else call.addEventListener("abort", this);
  }

  /** Its reason is the call's, or a `TimeoutError`. */
  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** The call was stopped. */
  handleEvent(): void {
    this.#own.abort(this.#call.reason);
  }

  endTime(): void {
    this.#own.abort(new DOMException(`No end within ${this.#limitMs} ms.`, "TimeoutError"));
  }

  /** The attempt is over. */
  leave(): void {
    stopTimer(this.#timer);
    this.#call.removeEventListener("abort", this);
  }
}

function timeIsUp(stop: AttemptStop): void {
  stop.endTime();
}
