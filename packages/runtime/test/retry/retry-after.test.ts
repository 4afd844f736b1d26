// Pins: a Retry-After that is misread, so that a vendor is hammered or a call waits for years.
import { expect, it } from "vitest";
import { defaultBackoff } from "../../src/retry/backoff.ts";
import { planRetry } from "../../src/retry/plan-retry.ts";
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

const state = { attempts: 1, repeatable: true, nowMs: NOW, deadlineMs: NOW + 60_000, random: () => 1 };

it("backs off with full jitter: 50 ms for trouble, 1 s for throttling, doubled each time", () => {
  const wait = (throttling: boolean, attempts: number, random: () => number) =>
    planRetry({ as: "transient", reach: "answered", throttling }, { ...state, attempts, random });
  expect(wait(false, 1, () => 1)).toEqual({ waitMs: 50 });
  expect(wait(false, 2, () => 0.5)).toEqual({ waitMs: 50 });
  expect(wait(true, 1, () => 0)).toEqual({ waitMs: 0 });
  expect(wait(true, 2, () => 1)).toEqual({ waitMs: 2_000 });
  expect(defaultBackoff(9, true, () => 1)).toBe(20_000);
});

it("waits for what was asked plus up to a tenth, and hands longer waits to whoever can wait durably", () => {
  const plan = (retryAfterMs: number, deadlineMs = state.deadlineMs) =>
    planRetry({ as: "throttled", reach: "answered", throttling: true, retryAfterMs }, { ...state, deadlineMs });
  expect(plan(2_000)).toEqual({ waitMs: 2_200 });
  expect(plan(5_001)).toMatchObject({ stop: "too long to wait", retryAtMs: NOW + 5_001 });
  expect(plan(2_000, NOW + 2_100)).toMatchObject({ stop: "too long to wait" });
});
