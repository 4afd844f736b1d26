import type { LoopClock } from "../../src/lifecycle/loop-clock.ts";

/** A clock whose sleepers wake when a test says so. */
export interface LoopHand extends LoopClock {
  /** Wakes all that sleep; the longest that one of them meant to sleep, ms. */
  wake(): number;
}

export function loopHand(): LoopHand {
  const sleepers = new Map<() => void, number>();
  return {
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(wake);
          resolve();
        };
        signal.addEventListener("abort", wake, { once: true });
        if (signal.aborted) resolve();
        else sleepers.set(wake, ms);
      }),
    wake: () => {
      const longest = Math.max(0, ...sleepers.values());
      for (const wake of [...sleepers.keys()]) wake();
      return longest;
    },
  };
}
