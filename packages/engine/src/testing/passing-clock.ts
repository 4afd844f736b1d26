import type { Clock } from "@mortise/runtime";

/** A clock that goes on to the next moment that somebody waits for, as soon as nothing else is left to do: waits of days take none. */
export function passingClock(startMs: number): Clock {
  let nowMs = startMs;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  let isGoing = false;
  const goOn = () => {
    isGoing = false;
    sleepers.sort((a, b) => a.atMs - b.atMs);
    const next = sleepers.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    schedule();
  };
  // Whatever the run has to do before it waits takes a few turns of the event loop, each of which makes the next.
  const schedule = (turns = 20) => {
    if (turns === 20 && (isGoing || sleepers.length === 0)) return;
    isGoing = true;
    setImmediate(() => (turns > 0 ? schedule(turns - 1) : goOn()));
  };
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal.reason as Error);
        });
        schedule();
      }),
  };
}
