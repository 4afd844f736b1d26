import type { SimulatorClock } from "./simulator-clock.ts";

/** Options of {@link virtualClock}. */
export interface VirtualClockOptions {
  /** Where it starts: epoch ms, or a date-time (RFC 3339). Absent: 2026-01-01T00:00:00Z. */
  readonly start?: number | string;
  /**
   * What moves it. `advance`: only that call. `sleep`: it also jumps to the end of the next sleep as soon as somebody sleeps, so that nobody
   * waits; sleeps that overlap end in their order, and cost no more than the longest. Absent: `advance`.
   */
  readonly movedBy?: "advance" | "sleep";
}

/** A clock that stands until it is moved. Simulator and runtime may share one. */
export interface VirtualClock extends SimulatorClock {
  /** How many sleep. */
  readonly sleepers: number;
  /** Moves it, and wakes those whose time has come, in the order of their ends. Resolves when what they do at once is done. */
  advance(ms: number): Promise<void>;
  /** Resolves once so many sleep. */
  whenSleeping(count: number): Promise<void>;
}

interface Sleeper {
  readonly endsMs: number;
  wake(): void;
}

/** A clock for tests. Throws `RangeError` for a start that is no moment. */
export function virtualClock({ start = "2026-01-01T00:00:00Z", movedBy = "advance" }: VirtualClockOptions = {}): VirtualClock {
  let nowMs = typeof start === "number" ? start : Date.parse(start);
  if (!Number.isFinite(nowMs)) throw new RangeError(`${JSON.stringify(start)} is no moment.`);
  const sleepers = new Set<Sleeper>();
  let watchers: readonly { readonly count: number; readonly tell: () => void }[] = [];
  const next = (): Sleeper | undefined => [...sleepers].toSorted((a, b) => a.endsMs - b.endsMs)[0];
  const wakeNext = (): void => {
    const sleeper = next();
    if (sleeper === undefined) return;
    nowMs = Math.max(nowMs, sleeper.endsMs);
    sleepers.delete(sleeper);
    sleeper.wake();
  };
  return {
    now: () => nowMs,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          endsMs: nowMs + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener("abort", cancel);
            resolve();
          },
        };
        signal?.addEventListener("abort", cancel, { once: true });
        sleepers.add(sleeper);
        if (movedBy === "sleep" || ms <= 0) setImmediate(wakeNext);
        for (const { count, tell } of watchers) if (sleepers.size >= count) tell();
        watchers = watchers.filter(({ count }) => sleepers.size < count);
      }),
    advance: async (ms) => {
      const endMs = nowMs + ms;
      for (let sleeper = next(); sleeper !== undefined && sleeper.endsMs <= endMs; sleeper = next()) {
        wakeNext();
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = Math.max(nowMs, endMs);
      await new Promise((resolve) => setImmediate(resolve));
    },
    whenSleeping: (count) =>
      sleepers.size >= count
        ? Promise.resolve()
        : new Promise((tell) => {
            watchers = [...watchers, { count, tell }];
          }),
  };
}
