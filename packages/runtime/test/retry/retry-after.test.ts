// Pins: a Retry-After that is misread, so that a vendor is hammered or a call waits for years.
import { expect, it } from "vitest";
import { planRetry } from "../../src/retry/plan-retry.ts";
import { isSpent, resetMs } from "../../src/retry/reset-header.ts";
import { retryAfterMs } from "../../src/retry/retry-after.ts";

const NOW = Date.UTC(2026, 0, 1);
const date = (ms: number) => new Date(ms).toUTCString();

it.each([
  ["2", undefined, 2_000],
  ["0", undefined, 0],
  ["1.5", undefined, 1_500],
  ["-5", undefined, 0],
  ["soon", undefined, undefined],
  ["", undefined, undefined],
  ["2026-01-01", undefined, undefined],
  ["315360000", undefined, 86_400_000],
  [date(NOW + 3_000), undefined, 3_000],
  [date(NOW - 60_000), undefined, 0],
  [date(NOW + 10 * 365 * 86_400_000), undefined, 86_400_000],
  [date(NOW + 3_603_000), date(NOW + 3_600_000), 3_000],
  ["Thu Jan  1 00:00:07 2026", undefined, 7_000],
])("reads Retry-After %j with Date %j as %j ms", (header, answered, expected) => {
  expect(retryAfterMs(header, answered, NOW)).toBe(expected);
});

it("reads reset headers in each of their forms", () => {
  const read = (as: "epoch_s" | "epoch_ms" | "delta_s" | "http_date", value: string) =>
    resetMs({ header: "X-Reset", as }, { "x-reset": value }, NOW);
  expect(read("delta_s", "30")).toBe(30_000);
  expect(read("epoch_s", String(NOW / 1_000 + 4))).toBe(4_000);
  expect(read("epoch_ms", String(NOW + 4))).toBe(4);
  expect(read("http_date", date(NOW + 9_000))).toBe(9_000);
  expect(read("delta_s", "junk")).toBeUndefined();
  expect(isSpent({ header: "X-Left" }, { "x-left": "0" })).toBe(true);
  expect(isSpent({ header: "X-Left" }, { "x-left": "1" })).toBe(false);
  expect(isSpent({ header: "X-Left" }, {})).toBe(false);
});

const state = { attempts: 1, repeatable: true, nowMs: NOW, deadlineMs: NOW + 60_000, random: () => 1 };

it("backs off with full jitter: 50 ms for trouble, 1 s for throttling, doubled each time", () => {
  const wait = (throttling: boolean, attempts: number, random: () => number) =>
    planRetry({ as: "transient", reach: "answered", throttling }, { ...state, attempts, random });
  expect(wait(false, 1, () => 1)).toEqual({ waitMs: 50 });
  expect(wait(false, 2, () => 0.5)).toEqual({ waitMs: 50 });
  expect(wait(true, 1, () => 0)).toEqual({ waitMs: 0 });
  expect(wait(true, 2, () => 1)).toEqual({ waitMs: 2_000 });
  expect(wait(true, 9, () => 1)).toEqual({ waitMs: 20_000 });
});

it("waits for what was asked plus up to a tenth, and hands longer waits to whoever can wait durably", () => {
  const plan = (retryAfterMs: number, deadlineMs = state.deadlineMs) =>
    planRetry({ as: "throttled", reach: "answered", throttling: true, retryAfterMs }, { ...state, deadlineMs });
  expect(plan(2_000)).toEqual({ waitMs: 2_200 });
  expect(plan(5_001)).toMatchObject({ stop: "too long to wait", retryAtMs: NOW + 5_001 });
  expect(plan(2_000, NOW + 2_100)).toMatchObject({ stop: "too long to wait" });
});
