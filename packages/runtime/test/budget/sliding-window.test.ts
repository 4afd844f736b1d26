// Pins: invariants B1 to B3 of the window, on a clock that the test moves.
import { expect, it } from "vitest";
import { type Permit, SlidingWindow } from "../../src/budget/sliding-window.ts";
import type { Clock } from "../../src/index.ts";

/** A clock that jumps to the end of the shortest sleep once everything else has come to rest. */
function jumpingClock(): Clock & { readonly time: () => number; set(ms: number): void } {
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

const never = new AbortController().signal;

it("hands a permit on only when a window has passed since its answer, however late that came (B1)", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(2, 1_000, clock);
  const start = clock.time();
  const [slow, quick] = [await window.take(never), await window.take(never)];
  quick.answered();
  clock.set(start + 700);
  slow.answered();
  slow.answered();
  const third = await window.take(never);
  expect(clock.time() - start).toBe(1_001);
  third.answered();
  await window.take(never);
  expect(clock.time() - start).toBe(1_701);
});

it("serves waiters in turn, and a cancelled one neither gets nor loses a permit (B2)", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(1, 1_000, clock);
  const start = clock.time();
  const first = await window.take(never);
  const order: string[] = [];
  const stop = new AbortController();
  const waiting = [
    window.take(never).then((permit: Permit) => {
      order.push("a");
      permit.answered();
    }),
    window.take(stop.signal).catch(() => order.push("cancelled")),
    window.take(never).then(() => order.push("b")),
  ];
  stop.abort(new Error("cancelled"));
  first.answered();
  await Promise.all(waiting);
  expect(order).toEqual(["cancelled", "a", "b"]);
  expect(clock.time() - start).toBe(2_002);
});

it("tells the earliest moment for the call behind all that wait", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(2, 1_000, clock);
  const start = clock.time();
  expect(window.earliest()).toBe(start);
  for (const permit of [await window.take(never), await window.take(never)]) permit.answered();
  expect(window.earliest()).toBe(start + 1_001);
  const stop = new AbortController();
  const waiting = Array.from({ length: 5 }, () => window.take(stop.signal).catch(() => undefined));
  expect(window.earliest()).toBe(start + 3_001);
  stop.abort();
  await Promise.all(waiting);
});

it("does not keep permits for longer than a window when the clock is set back", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(1, 1_000, clock);
  (await window.take(never)).answered();
  const past = clock.time() - 3_600_000;
  clock.set(past);
  await window.take(never);
  expect(clock.time() - past).toBeLessThanOrEqual(1_002);
});

it("stretches the window where less than one call fits into it", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(0.5, 1_000, clock);
  const start = clock.time();
  (await window.take(never)).answered();
  await window.take(never);
  expect(clock.time() - start).toBe(2_001);
});

it("gives a call as many permits as it costs, in turn, and a whole window to one that costs more (B2)", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(5, 1_000, clock);
  const start = clock.time();
  (await window.take(never, 3)).answered();
  const order: string[] = [];
  const at = (name: string) => (permit: Permit) => {
    order.push(`${name} ${clock.time() - start}`);
    permit.answered();
  };
  const [large, small] = [window.take(never, 4).then(at("large")), window.take(never, 1).then(at("small"))];
  await Promise.all([large, small]);
  await window.take(never, 99).then(at("huge"));
  expect(order).toEqual(["large 1001", "small 1001", "huge 2002"]);
});

it("shrinks when the other side says so, grows back to its rate and never beyond (B5)", async () => {
  const clock = jumpingClock();
  const window = new SlidingWindow(4, 1_000, clock);
  const start = clock.time();
  const took = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) (await window.take(never)).answered();
    return clock.time() - start;
  };
  window.limitTo(2);
  expect(await took(2)).toBe(0);
  expect(window.earliest()).toBe(start + 1_001);
  expect(await took(1)).toBe(1_001);
  window.limitTo(400);
  expect(await took(3)).toBe(1_001);
  expect(await took(1)).toBe(2_002);
  window.limitTo(0);
  expect(await took(2)).toBeGreaterThanOrEqual(3_003);
});
