// Pins: counts that never leave, or leave at once; a clock that is set back and freezes what was counted.
import { expect, it } from "vitest";
import { OutcomeWindow } from "../../src/breaker/outcome-window.ts";

it("counts what happened in its span, and nothing older", () => {
  const window = new OutcomeWindow(10_000);
  window.add(0, true);
  window.add(5_000, false);
  expect([window.total(9_999), window.bad(9_999)]).toEqual([2, 1]);
  expect([window.total(10_000), window.bad(10_000)]).toEqual([1, 0]);
  expect(window.total(60_000)).toBe(0);
});

it("tells what the latest buckets hold, at least two of them and as many as it takes", () => {
  const window = new OutcomeWindow(10_000);
  for (let ms = 0; ms < 9_000; ms += 100) window.add(ms, false);
  for (let ms = 9_000; ms < 9_800; ms += 100) window.add(ms, true);
  expect(window.bucketsFor(9_800, 5)).toBe(2);
  expect(window.newest(9_800, 2)).toEqual({ total: 18, bad: 8 });
  expect(window.bucketsFor(9_800, 30)).toBe(4);
  expect(window.bucketsFor(9_800, 1_000)).toBe(10);
});

it("survives a clock that is set back: a little is counted with the newest, more starts over", () => {
  const window = new OutcomeWindow(10_000);
  window.add(100_000, true);
  window.add(98_000, false);
  expect(window.total(100_000)).toBe(2);
  window.add(10_000, false);
  expect([window.total(10_000), window.bad(10_000)]).toEqual([1, 0]);
});
