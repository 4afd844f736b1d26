import type { StopController } from "../admission/stop-controller.ts";
import type { AttemptPermit } from "../budget/bucket.ts";
import { elapsedMs } from "../system-clock.ts";
import type { AttemptSpan } from "../telemetry/call-trace.ts";
import { AttemptStop } from "./attempt-stop.ts";

/** How long an exchange may take, and what may end it before. */
export interface HopTiming {
  readonly signal: AbortSignal;
  /** What aborts the signal, where that can be watched itself. */
  readonly stop?: StopController | undefined;
  readonly limitMs: number;
}

/** What an attempt is made with. */
interface ScopeParts {
  readonly span: AttemptSpan;
  readonly permit: AttemptPermit;
  /** Says that the effect may happen from here on. Throws `UNKNOWN_OUTCOME` when it may have happened before. */
  readonly commit: () => Promise<void>;
  /** Its signal aborts when the call ends. */
  readonly call: { readonly signal: AbortSignal; readonly stop?: StopController };
  /** The attempt's own limit, ms. Undefined: the call's deadline comes first and says so; two for one moment would make that a matter of luck. */
  readonly ownLimitMs: number | undefined;
  readonly limitMs: number;
}

/** What one attempt may use. */
export class AttemptScope {
  readonly span: AttemptSpan;
  readonly permit: AttemptPermit;
  readonly commit: () => Promise<void>;
  readonly limitMs: number;
  readonly #callSignal: AbortSignal;
  readonly #callStop: StopController | undefined;
  readonly #ownLimitMs: number | undefined;
  readonly #beganMs = elapsedMs();
  #stop: AttemptStop | undefined;

  constructor({ span, permit, commit, call, ownLimitMs, limitMs }: ScopeParts) {
    this.span = span;
    this.permit = permit;
    this.commit = commit;
    this.limitMs = limitMs;
    this.#callSignal = call.signal;
    this.#callStop = call.stop?.signal === call.signal ? call.stop : undefined;
    this.#ownLimitMs = ownLimitMs;
  }

  /** Aborts with the call, or when the attempt's own time is up. Made when it is asked for. */
  get signal(): AbortSignal {
    const left = this.#ownLeftMs();
    if (left === undefined) return this.#callSignal;
    this.#stop ??= new AttemptStop(this.#callSignal, left);
    return this.#stop.signal;
  }

  /**
   * For what keeps time by itself: how long it may take, and the signal that may end it before. `backstopMs` later than the signal where that
   * keeps the time already.
   */
  timing(backstopMs: number): HopTiming {
    const left = this.#stop === undefined ? this.#ownLeftMs() : undefined;
    if (left !== undefined) return { signal: this.#callSignal, stop: this.#callStop, limitMs: left };
    return {
      signal: this.signal,
      stop: this.#stop === undefined ? this.#callStop : undefined,
      limitMs: this.limitMs + backstopMs,
    };
  }

  /** The attempt is over. */
  leave(): void {
    this.#stop?.leave();
  }

  #ownLeftMs(): number | undefined {
    return this.#ownLimitMs === undefined ? undefined : Math.max(1, this.#ownLimitMs - (elapsedMs() - this.#beganMs));
  }
}
