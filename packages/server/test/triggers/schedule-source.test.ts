// Pins: a time of a schedule that runs twice or never over a change of the clocks, a night that is made up for a thousand times, and one that is forgotten.
import { nextTicks } from "@mortise/workflow";
import { expect, test } from "vitest";
import { missedTicks, toMakeUp } from "../../src/triggers/sources/schedule-source.ts";

const at = (text: string) => Date.parse(text);
const iso = (ticks: readonly number[]) => ticks.map((tick) => new Date(tick).toISOString());

test("in spring a time that the clocks leave out runs once, right after the gap; in autumn one that comes twice runs once", () => {
  // Berlin: 29 March 2026, 02:00 becomes 03:00; 25 October 2026, 03:00 becomes 02:00.
  expect(iso(nextTicks("30 2 * * *", "Europe/Berlin", at("2026-03-28T12:00:00Z"), 2))).toEqual([
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
  expect(iso(nextTicks("30 2 * * *", "Europe/Berlin", at("2026-10-24T12:00:00Z"), 3))).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
    "2026-10-27T01:30:00.000Z",
  ]);
});

test("every hour means every hour of real time on both days, in New York as in Berlin and Lord Howe", () => {
  for (const [zone, from] of [
    ["Europe/Berlin", "2026-03-29T00:00:00Z"],
    ["Europe/Berlin", "2026-10-25T00:00:00Z"],
    ["America/New_York", "2026-03-08T05:00:00Z"],
    ["America/New_York", "2026-11-01T04:00:00Z"],
  ] as const) {
    const ticks = nextTicks("0 * * * *", zone, at(from), 12);
    const gaps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
    expect(new Set(gaps), `${zone} ${from}`).toEqual(new Set([3_600_000]));
  }
});

test("what was missed is made up for as the document says: not at all, once, or each up to a limit", () => {
  const missed = missedTicks("0 * * * *", undefined, at("2026-05-01T00:30:00Z"), at("2026-05-01T05:10:00Z"));
  expect(iso(missed)).toEqual([1, 2, 3, 4, 5].map((hour) => `2026-05-01T0${hour}:00:00.000Z`));
  expect(toMakeUp(missed, {})).toEqual([]);
  expect(toMakeUp(missed, { missed: "skip" })).toEqual([]);
  expect(iso(toMakeUp(missed, { missed: "latest" }))).toEqual(["2026-05-01T05:00:00.000Z"]);
  expect(toMakeUp(missed, { missed: "all" })).toHaveLength(5);
  expect(iso(toMakeUp(missed, { missed: "all", missedLimit: 2 }))).toEqual([
    "2026-05-01T04:00:00.000Z",
    "2026-05-01T05:00:00.000Z",
  ]);
  expect(missedTicks("0 * * * *", undefined, at("2026-05-01T05:30:00Z"), at("2026-05-01T05:10:00Z"))).toEqual([]);
});

test("two days of minutes are counted to their end, and only the last of them are held", () => {
  const until = at("2026-05-03T00:00:00Z");
  const missed = missedTicks("* * * * *", undefined, at("2026-05-01T00:00:00Z"), until);
  expect(missed.at(-1)).toBe(until);
  expect(missed.length).toBeGreaterThanOrEqual(1_000);
  expect(missed.length).toBeLessThanOrEqual(2_100);
});
