import type { Clock } from "../../src/index.ts";

/** A clock that jumps to the end of the shortest sleep once everything else has come to rest. */
export function jumpingClock(): Clock & { readonly time: () => number; set(ms: number): void } {
  let now = 1_000_000;
  const sleeps = new Set<{ readonly until: number; readonly wake: () => void }>();
  const jump = () => {
    const [first] = [...sleeps].sort((a, b) => a.until - b.until);
    if (first === undefined) return;
    now = Math.max(now, first.until);
    first.wake();
  };
  return {
    now: () => now,
    time: () => now,
    set: (ms) => {
      now = ms;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleep = { until: now + ms, wake: () => done(resolve) };
        const done = (end: () => void) => {
          sleeps.delete(sleep);
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
          end();
        };
        const abort = () => done(() => reject(signal?.reason));
        const timer = setTimeout(jump, 15);
        sleeps.add(sleep);
        signal?.addEventListener("abort", abort, { once: true });
      }),
  };
}
