import type { Clock } from "@mortise/runtime";

/** `setTimeout` counts in 31 bits, some 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Sleeps of any length; an aborted sleep rejects with the signal's reason. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const until = Date.now() + ms;
      let timer: NodeJS.Timeout;
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const next = () => {
        const left = until - Date.now();
        if (left <= 0) {
          signal?.removeEventListener("abort", stop);
          resolve();
        } else timer = setTimeout(next, Math.min(left, LONGEST_TIMER_MS));
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", stop, { once: true });
      timer = setTimeout(next, Math.max(0, Math.min(ms, LONGEST_TIMER_MS)));
    }),
});
