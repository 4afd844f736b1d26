// Pins: waits that the contract did not declare, or a declared one that overrules the vendor, the deadline, or what is safe to repeat.
import type { RetrySpec } from "@mortise/contract";
import { expect, it } from "vitest";
import type { FailureFacts } from "../../src/outcome/call-failure.ts";
import { compileBackoff } from "../../src/retry/backoff.ts";
import { planRetry } from "../../src/retry/plan-retry.ts";

const waits = (spec: RetrySpec, random = 1): readonly number[] => {
  const backoff = compileBackoff(spec);
  return [1, 2, 3, 4].map((attempts) => backoff(attempts, false, () => random));
};

it.each<readonly [RetrySpec, readonly number[]]>([
  [{ backoff: "constant", initial: "2s" }, [2_000, 2_000, 2_000, 2_000]],
  [{ backoff: "constant", initial: "2s", factor: 5 }, [2_000, 2_000, 2_000, 2_000]],
  [{ backoff: "constant", initial: "5m" }, [30_000, 30_000, 30_000, 30_000]],
  [{ backoff: "exponential", initial: "100ms" }, [100, 200, 400, 800]],
  [{ backoff: "exponential", initial: "100ms", factor: 3, max: "1s" }, [100, 300, 900, 1_000]],
  [{ backoff: "exponential", initial: "PT20S" }, [20_000, 30_000, 30_000, 30_000]],
])("%j waits %j ms", (spec, expected) => {
  expect(waits(spec)).toEqual(expected);
});

it("shares exponential waits out at random unless told not to, and constant ones only when told to", () => {
  expect(waits({ backoff: "exponential", initial: "1s" }, 0.5)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(waits({ backoff: "exponential", initial: "1s", jitter: false }, 0.5)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits({ backoff: "constant", initial: "1s" }, 0.5)).toEqual([1_000, 1_000, 1_000, 1_000]);
  expect(waits({ backoff: "constant", initial: "1s", jitter: true }, 0.5)).toEqual([500, 500, 500, 500]);
});

it("refuses a length of time that is none", () => {
  expect(() => compileBackoff({ backoff: "constant", initial: "soon" })).toThrow(
    expect.objectContaining({ code: "INVALID_VALUE" }),
  );
});

const failed: FailureFacts = { as: "transient", reach: "answered", throttling: false };
const state = (spec: RetrySpec) => ({
  attempts: 1,
  repeatable: true,
  nowMs: 1_000,
  deadlineMs: 61_000,
  random: () => 0,
  backoff: compileBackoff(spec),
});

it("gives way to what the vendor asked for, longer or shorter", () => {
  const spec = { backoff: "constant", initial: "2s" } as const;
  expect(planRetry({ ...failed, retryAfterMs: 3_000 }, state(spec))).toEqual({ waitMs: 3_000 });
  expect(planRetry({ ...failed, retryAfterMs: 0 }, state(spec))).toEqual({ waitMs: 0 });
});

it("hands a wait over 5 s to whoever can wait durably, and says until when", () => {
  expect(planRetry(failed, state({ backoff: "constant", initial: "10s" }))).toEqual({
    stop: "too long to wait",
    retryAtMs: 11_000,
  });
});

it("does not make a write repeatable", () => {
  const plan = planRetry(failed, { ...state({ backoff: "constant", initial: "1s" }), repeatable: false });
  expect(plan).toEqual({ stop: "not safe to repeat" });
});
