// Pins: a declared wait that is not kept: the vendor sees the next attempt too early, or not at all.
import type { RetrySpec } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

async function gaps(retry: RetrySpec, answer: (count: number) => Answer) {
  const vendor = await openVendor((_, count) => answer(count));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contractOf({ op: { request: { method: "GET", url: at("/") }, retry } }), vendor);
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/op", { connection, input: {} });
  const times = vendor.seen.map(({ atMs }) => atMs);
  return { result, gaps: times.slice(1).map((time, index) => time - (times[index] ?? 0)) };
}

test("the vendor sees the same pause between all attempts", async () => {
  const seen = await gaps({ backoff: "constant", initial: "250ms" }, (count) => (count < 3 ? { status: 503 } : { body: {} }));
  expect(seen.result).toMatchObject({ outcome: "success", meta: { attempts: 3 } });
  expect(seen.gaps).toHaveLength(2);
  for (const gap of seen.gaps) {
    expect(gap).toBeGreaterThanOrEqual(245);
    expect(gap).toBeLessThan(1_500);
  }
});

test("what the vendor asks for counts instead, whether longer or shorter", async () => {
  const busy = (count: number): Answer => {
    if (count === 1) return { status: 503, headers: { "retry-after": "1" } };
    return count === 2 ? { status: 503, headers: { "retry-after": "0" } } : { body: {} };
  };
  const { gaps: seen } = await gaps({ backoff: "constant", initial: "600ms" }, busy);
  expect(seen[0]).toBeGreaterThanOrEqual(995);
  expect(seen[1]).toBeLessThan(500);
});
