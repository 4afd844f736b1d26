// Pins: a hop that is ended before its time or never, one that is told though it is over, and a process that is kept alive by the timer.
import { expect, test } from "vitest";
import { type Due, DueTimes } from "../../src/egress/due-times.ts";
import { elapsedMs } from "../../src/system-clock.ts";

/** Something that is due so many ms from now, and when it was told so. */
function dueIn(ms: number, told: (due: Due, lateMs: number) => void): Due {
  const dueMs = elapsedMs() + ms;
  const due: Due = { dueMs, isDue: () => told(due, elapsedMs() - dueMs) };
  return due;
}

test("each is told once, none before its time, whatever order they were watched in (W1)", async () => {
  const times = new DueTimes();
  const order: number[] = [];
  const late: number[] = [];
  await new Promise<void>((resolve) => {
    for (const ms of [40, 5, 20, 60]) {
      const told = (_: Due, lateMs: number): void => {
        order.push(ms);
        late.push(lateMs);
        if (order.length === 4) resolve();
      };
      times.watch(dueIn(ms, told));
    }
  });
  expect(order).toEqual([5, 20, 40, 60]);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(times.size).toBe(0);
});

test("who left is not told, also where another one ends it in the same look (W1)", async () => {
  const times = new DueTimes();
  const told: string[] = [];
  const gone = dueIn(5, () => told.push("gone"));
  const ended = dueIn(10, () => told.push("ended"));
  await new Promise<void>((resolve) => {
    const first = dueIn(9, () => {
      told.push("first");
      times.leave(ended);
    });
    for (const each of [gone, first, ended]) times.watch(each);
    times.leave(gone);
    times.watch(dueIn(60, () => resolve()));
    // Both times are past when somebody looks.
    const until = elapsedMs() + 20;
    while (elapsedMs() < until);
  });
  expect(told).toEqual(["first"]);
});

test("one that asks for more time is told again", async () => {
  const times = new DueTimes();
  let dueMs = elapsedMs() + 5;
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const patient: Due = {
      get dueMs() {
        return dueMs;
      },
      isDue: () => {
        seen.push(elapsedMs() - dueMs);
        if (seen.length === 3) return resolve();
        dueMs = elapsedMs() + 5;
        times.watch(patient);
      },
    };
    times.watch(patient);
  });
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
});

test("no timer keeps the process alive (W3)", () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const times = new DueTimes();
  times.watch(dueIn(60_000, () => undefined));
  times.watch(dueIn(30_000, () => undefined));
  expect(timers()).toBe(before);
  expect(times.size).toBe(2);
});
