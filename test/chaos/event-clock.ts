import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "@mortise/runtime";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
  isGone: boolean;
}

/**
 * Time that jumps from one event to the next, as soon as nothing is going on any more: five minutes take as long as the work in them, and a
 * slow machine measures the same as a quick one.
 */
export class EventClock implements Clock {
  #now = Date.parse("2026-01-01T00:00:00Z");
  readonly #sleepers: Sleeper[] = [];
  /** Those who sleep and may be called off: calls between two attempts. */
  abortable = 0;

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const done = (): void => {
        sleeper.isGone = true;
        if (signal !== undefined) this.abortable--;
        signal?.removeEventListener("abort", cancel);
      };
      const cancel = (): void => {
        done();
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        atMs: this.#now + Math.max(0, ms),
        isGone: false,
        wake: () => {
          done();
          resolve();
        },
      };
      if (signal !== undefined) this.abortable++;
      signal?.addEventListener("abort", cancel, { once: true });
      const place = this.#sleepers.findLastIndex(({ atMs }) => atMs <= sleeper.atMs);
      this.#sleepers.splice(place + 1, 0, sleeper);
    });
  }

  /** Lives through the events up to a moment, each after everything that the one before has set going has come to rest. */
  async runUntil(untilMs: number, isQuiet: () => boolean): Promise<void> {
    for (;;) {
      await rest(isQuiet);
      const next = this.#sleepers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#now = Math.max(this.#now, next.atMs);
      while ((this.#sleepers[0]?.atMs ?? Number.POSITIVE_INFINITY) <= this.#now) {
        const sleeper = this.#sleepers.shift();
        if (sleeper?.isGone === false) sleeper.wake();
      }
    }
    this.#now = Math.max(this.#now, untilMs);
  }
}

/** Sockets of this process take turns of its event loop. */
async function rest(isQuiet: () => boolean): Promise<void> {
  do await turn();
  while (!isQuiet());
}
