import type { Clock } from "../src/index.ts";

/** A clock that only moves when somebody sleeps, or the test says so. */
export interface VirtualClock extends Clock {
  readonly slept: readonly number[];
  advance(ms: number): void;
}

export function virtualClock(start: string, onSleep: (ms: number, count: number) => void = () => undefined): VirtualClock {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    now: () => now,
    slept,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      slept.push(ms);
      onSleep(ms, slept.length);
      signal?.throwIfAborted();
    },
  };
}
