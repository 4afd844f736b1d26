import type { Clock } from "../src/index.ts";

/** A clock that stands still until a test moves it: whoever sleeps wakes when its time has come. */
export interface PatientClock extends Clock {
  /** Lets time go by, and all that is due in it happen in its order. */
  pass(ms: number): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function patientClock(start = "2026-01-01T00:00:00Z"): PatientClock {
  let now = Date.parse(start);
  const sleepers = new Set<Sleeper>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper: Sleeper = {
          atMs: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", stop);
            resolve();
          },
        };
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", stop, { once: true });
        sleepers.add(sleeper);
      }),
    pass: async (ms) => {
      const untilMs = now + ms;
      for (;;) {
        await turn();
        const [next] = [...sleepers].sort((one, other) => one.atMs - other.atMs);
        if (next === undefined || next.atMs > untilMs) break;
        now = next.atMs;
        next.wake();
      }
      now = untilMs;
      await turn();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
