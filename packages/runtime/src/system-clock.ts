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

/** Longest time that a timer of Node takes; it fires at once for more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs something later without keeping the process alive for it; the function returned calls it off. */
export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS)).unref();
  return () => clearTimeout(timer);
}
