import { setTimeout as delay } from "node:timers/promises";

/** What a simulator tells the time by; latencies, windows and lives of tokens follow it. A clock of the runtime fits. */
export interface SimulatorClock {
  /** Epoch ms. */
  now(): number;
  /** Resolves `ms` later; rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const machineClock: SimulatorClock = Object.freeze({
  now: () => Date.now(),
  sleep: async (ms: number, signal?: AbortSignal) => {
    try {
      await delay(Math.max(0, ms), undefined, { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
});
