import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./runtime.ts";

/** The machine's clock. A sleep that is aborted rejects with the signal's reason. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  sleep: async (ms: number, signal?: AbortSignal) => {
    try {
      await delay(Math.max(0, ms), undefined, { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
});

/** The same without keeping the process alive for it. */
export async function quietSleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, { signal, ref: false });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

/** Resolves when all that is due now has been done. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Milliseconds on a clock that nobody sets; only differences mean anything. */
export const ticks = (): number => performance.now();

/** Longest time that a timer of Node takes; it fires at once for more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs something later without keeping the process alive for it; the function returned calls it off. */
export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS)).unref();
  return () => clearTimeout(timer);
}

/** ms on a clock that only goes forward. */
export const elapsedMs = (): number => performance.now();

/** A timer that {@link startTimer} has started. */
export type Timer = NodeJS.Timeout;

/** Runs something later, without keeping the process alive for it and without a closure of its own. */
export function startTimer<Of>(ms: number, run: (of: Of) => void, of: Of): Timer {
  return setTimeout(run, Math.min(ms, MAX_TIMER_MS), of).unref();
}

/** Calls a timer off. Harmless where it has fired, or is none. */
export function stopTimer(timer: Timer | undefined): void {
  clearTimeout(timer);
}
