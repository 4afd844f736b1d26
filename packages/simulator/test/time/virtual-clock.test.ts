// Pins: a clock of tests that lets real time in, wakes sleepers in another order than their ends, or adds up waits that overlap.
import { expect, test } from "vitest";
import { virtualClock } from "../../src/index.ts";

test("it stands until it is advanced, and wakes sleepers in the order of their ends", async () => {
  const clock = virtualClock({ start: 1_000 });
  const woken: [string, number][] = [];
  const sleep = (name: string, ms: number) => clock.sleep(ms).then(() => woken.push([name, clock.now()]));
  const all = [sleep("long", 300), sleep("short", 100)];
  await clock.whenSleeping(2);
  await clock.advance(50);
  expect([woken, clock.now(), clock.sleepers]).toEqual([[], 1_050, 2]);
  await clock.advance(1_000);
  await Promise.all(all);
  expect([woken, clock.now()]).toEqual([
    [
      ["short", 1_100],
      ["long", 1_300],
    ],
    2_050,
  ]);
});

test("moved by sleep, it jumps: waits that overlap cost no more than the longest", async () => {
  const clock = virtualClock({ start: 0, movedBy: "sleep" });
  await Promise.all([clock.sleep(3_600_000), clock.sleep(1_000), clock.sleep(60_000)]);
  expect(clock.now()).toBe(3_600_000);
  await clock.sleep(5);
  expect(clock.now()).toBe(3_600_005);
});

test("a sleep that is aborted ends with the signal's reason; no moment is refused", async () => {
  const clock = virtualClock();
  const stop = new AbortController();
  const slept = clock.sleep(1_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(slept).rejects.toThrow("enough");
  await expect(clock.sleep(1, stop.signal)).rejects.toThrow("enough");
  expect(clock.sleepers).toBe(0);
  expect(() => virtualClock({ start: "soon" })).toThrow(RangeError);
});
