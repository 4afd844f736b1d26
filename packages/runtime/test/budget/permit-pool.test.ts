// Pins: invariants B1 to B5 of the pool of permits, on a clock that the test moves.
import { expect, it } from "vitest";
import { LocalBank } from "../../src/budget/local-bank.ts";
import { type Permit, PermitPool } from "../../src/budget/permit-pool.ts";
import type { Clock } from "../../src/index.ts";
import { jumpingClock } from "./jumping-clock.ts";

const never = new AbortController().signal;

/** A pool of a process that has its limit for itself. */
const poolOf = (rate: number, perMs: number, clock: Clock) => new PermitPool(rate, perMs, clock, new LocalBank(rate));

it("hands a permit on only when a window has passed since its answer, however late that came (B1)", async () => {
  const clock = jumpingClock();
  const window = poolOf(2, 1_000, clock);
  const start = clock.time();
  const [slow, quick] = [await window.take({ signal: never }), await window.take({ signal: never })];
  quick.release();
  clock.set(start + 700);
  slow.release();
  slow.release();
  const third = await window.take({ signal: never });
  expect(clock.time() - start).toBe(1_001);
  third.release();
  await window.take({ signal: never });
  expect(clock.time() - start).toBe(1_701);
});

it("serves waiters in turn, and a cancelled one neither gets nor loses a permit (B2)", async () => {
  const clock = jumpingClock();
  const window = poolOf(1, 1_000, clock);
  const start = clock.time();
  const first = await window.take({ signal: never });
  const order: string[] = [];
  const stop = new AbortController();
  const waiting = [
    window.take({ signal: never }).then((permit: Permit) => {
      order.push("a");
      permit.release();
    }),
    window.take({ signal: stop.signal }).catch(() => order.push("cancelled")),
    window.take({ signal: never }).then(() => order.push("b")),
  ];
  stop.abort(new Error("cancelled"));
  first.release();
  await Promise.all(waiting);
  expect(order).toEqual(["cancelled", "a", "b"]);
  expect(clock.time() - start).toBe(2_002);
});

it("tells the earliest moment for the call behind all that wait", async () => {
  const clock = jumpingClock();
  const window = poolOf(2, 1_000, clock);
  const start = clock.time();
  expect(window.earliest()).toBe(start);
  for (const permit of [await window.take({ signal: never }), await window.take({ signal: never })]) permit.release();
  expect(window.earliest()).toBe(start + 1_001);
  const stop = new AbortController();
  const waiting = Array.from({ length: 5 }, () => window.take({ signal: stop.signal }).catch(() => undefined));
  expect(window.earliest()).toBe(start + 3_001);
  stop.abort();
  await Promise.all(waiting);
});

it("does not keep permits for longer than a window when the clock is set back", async () => {
  const clock = jumpingClock();
  const window = poolOf(1, 1_000, clock);
  (await window.take({ signal: never })).release();
  const past = clock.time() - 3_600_000;
  clock.set(past);
  await window.take({ signal: never });
  expect(clock.time() - past).toBeLessThanOrEqual(1_002);
});

it("stretches the window where less than one call fits into it", async () => {
  const clock = jumpingClock();
  const window = poolOf(0.5, 1_000, clock);
  const start = clock.time();
  (await window.take({ signal: never })).release();
  await window.take({ signal: never });
  expect(clock.time() - start).toBe(2_001);
});

it("gives a call as many permits as it costs, in turn, and a whole window to one that costs more (B2)", async () => {
  const clock = jumpingClock();
  const window = poolOf(5, 1_000, clock);
  const start = clock.time();
  (await window.take({ signal: never, cost: 3 })).release();
  const order: string[] = [];
  const at = (name: string) => (permit: Permit) => {
    order.push(`${name} ${clock.time() - start}`);
    permit.release();
  };
  const [large, small] = [
    window.take({ signal: never, cost: 4 }).then(at("large")),
    window.take({ signal: never, cost: 1 }).then(at("small")),
  ];
  await Promise.all([large, small]);
  await window.take({ signal: never, cost: 99 }).then(at("huge"));
  expect(order).toEqual(["large 1001", "small 1001", "huge 2002"]);
});

it("shrinks when the other side says so, grows back to its rate and never beyond (B5)", async () => {
  const clock = jumpingClock();
  const window = poolOf(4, 1_000, clock);
  const start = clock.time();
  const took = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) (await window.take({ signal: never })).release();
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

it("issues no more than the other side says is left, until its window starts anew or it says more (B5)", async () => {
  const clock = jumpingClock();
  const window = poolOf(10, 1_000, clock);
  const start = clock.time();
  const first = await window.take({ signal: never });
  const under = await window.take({ signal: never });
  first.release();
  window.leave(3, start + 400);
  const order: number[] = [];
  const waiting = Array.from({ length: 5 }, () =>
    window.take({ signal: never }).then((permit) => {
      order.push(clock.time() - start);
      permit.release();
    }),
  );
  await Promise.all(waiting);
  under.release();
  expect(order).toEqual([0, 0, 400, 400, 400]);
  window.leave(1, clock.time() + 60_000);
  (await window.take({ signal: never })).release();
  const before = clock.time();
  const next = window.take({ signal: never });
  window.leave(50, before + 60_000);
  (await next).release();
  expect(clock.time()).toBe(before);
});
