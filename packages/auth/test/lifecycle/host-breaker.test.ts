// Pins: a token endpoint that is down and is asked by every call anew, or never again.
import { expect, it } from "vitest";
import { HostBreaker } from "../../src/lifecycle/host-breaker.ts";

it("leaves a host alone after five failures in a row, lets one request find out, and all in again when it worked", () => {
  let now = 0;
  const breaker = new HostBreaker(
    () => now,
    () => 0.5,
  );
  for (let count = 0; count < 4; count++) breaker.failed("a");
  expect(breaker.shutUntil("a")).toBeUndefined();
  breaker.failed("a");
  const untilMs = breaker.shutUntil("a") ?? 0;
  expect(untilMs).toBeGreaterThanOrEqual(4_000);
  expect(untilMs).toBeLessThanOrEqual(10_000);
  expect(breaker.shutUntil("b")).toBeUndefined();

  now = untilMs;
  expect(breaker.shutUntil("a")).toBeUndefined();
  breaker.goesOut("a");
  expect(breaker.shutUntil("a")).toBe(now + 1_000);
  breaker.failed("a");
  expect(breaker.shutUntil("a")).toBeGreaterThan(now + (untilMs - 0));

  now += 300_000;
  expect(breaker.shutUntil("a")).toBeUndefined();
  breaker.goesOut("a");
  breaker.worked("a");
  expect([breaker.shutUntil("a"), breaker.shutUntil("a")]).toEqual([undefined, undefined]);
});
