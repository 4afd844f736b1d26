import { setTimeout as delay } from "node:timers/promises";

/** Waiting between two rounds of what a process does again and again. */
export interface LoopClock {
  /** Waits; resolves early, and never rejects, when the signal aborts. Keeps no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's. */
export const systemLoopClock: LoopClock = Object.freeze({
  sleep: async (ms: number, signal: AbortSignal) => {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  },
});
