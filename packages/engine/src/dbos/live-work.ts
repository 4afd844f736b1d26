import { AsyncLocalStorage } from "node:async_hooks";
import { MortiseError } from "@mortise/contract";

/** The run whose program is executing, for whoever is called from it. */
export const currentRun = new AsyncLocalStorage<{ readonly runId: string }>();

/**
 * What this process is doing right now.
 *
 * Owns: the count of steps in flight, the abort signal of each live run.
 * Does not own: the journal.
 * Invariants:
 *   L1. Once closing, no new operation begins: the program waits for ever, as if the process had ended there.
 *   L2. A cancel of this process reaches the steps of the run at once, not at DBOS's next poll.
 */
export class LiveWork {
  readonly #runs = new Map<string, { count: number; readonly stop: AbortController }>();
  readonly #closed = new AbortController();
  #closing = false;
  #steps = 0;
  #idle: (() => void) | undefined;

  get closing(): boolean {
    return this.#closing;
  }

  /** Runs a program segment or strand, counted as live. */
  async live<T>(runId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const run = this.#runs.get(runId) ?? { count: 0, stop: new AbortController() };
    this.#runs.set(runId, run);
    run.count++;
    try {
      return await work(AbortSignal.any([run.stop.signal, this.#closed.signal]));
    } finally {
      if (--run.count === 0) this.#runs.delete(runId);
    }
  }

  /** Runs a step to its entry in the journal; close waits for it. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.#steps++;
    try {
      return await work();
    } finally {
      this.#stepEnded();
    }
  }

  /** Ends a step for good without an entry: closing came before its body began. */
  abandonStep(): Promise<never> {
    this.#stepEnded();
    return forEver();
  }

  #stepEnded(): void {
    if (--this.#steps === 0) this.#idle?.();
  }

  cancel(runId: string): void {
    const run = this.#runs.get(runId);
    this.#runs.delete(runId);
    run?.stop.abort(new MortiseError("RUN_CANCELLED", `Run ${runId} was cancelled.`));
  }

  /** Lets nothing new begin and waits for the steps in flight, `drainMs` at most; then aborts them. */
  async close(drainMs: number): Promise<void> {
    this.#closing = true;
    if (this.#steps > 0 && drainMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      const timer = setTimeout(resolve, drainMs);
      await promise;
      clearTimeout(timer);
    }
    this.#closed.abort(new MortiseError("CALL_CANCELLED", "The engine was closed."));
  }
}

/** Nothing refers to the promise, so whoever awaits it is garbage from then on. */
export function forEver(): Promise<never> {
  return new Promise(() => {});
}
