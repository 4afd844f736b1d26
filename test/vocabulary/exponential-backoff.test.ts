// Pins: waits between attempts that do not grow as the contract says.
import type { Operation, RetrySpec } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

/** Waits between the attempts of a call to a vendor that is down, ms, and how it ended. */
async function callSickVendor(retry: RetrySpec, random: number, more: Partial<Operation> = {}) {
  const vendor = await openVendor(() => ({ status: 502, body: { message: "bad gateway" } }));
  onTestFinished(vendor.close);
  let now = 1_000_000;
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    now += ms;
  };
  const contract = contractOf({ op: { request: { method: "GET", url: at("/") }, retry, ...more } });
  const { runtime, connection } = connect(contract, vendor, { clock: { now: () => now, sleep }, random: () => random });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/op", { connection, input: {} });
  return { result, slept, requests: vendor.seen.length, startedAtMs: 1_000_000 };
}

test("each wait is the factor longer than the one before", async () => {
  const { result, slept, requests } = await callSickVendor(
    { backoff: "exponential", initial: "200ms", factor: 3, jitter: false },
    0.5,
  );
  expect(slept).toEqual([200, 600]);
  expect(requests).toBe(3);
  expect(result).toMatchObject({ outcome: "sick", error: { code: "TARGET_SICK", status: 502 }, meta: { attempts: 3 } });
});

test("it doubles, and is shared out at random, unless the contract says otherwise", async () => {
  expect((await callSickVendor({ backoff: "exponential", initial: "400ms" }, 0.5)).slept).toEqual([200, 400]);
});

test("it does not grow beyond its longest", async () => {
  const spec = { backoff: "exponential", initial: "1s", factor: 10, max: "1500ms", jitter: false } as const;
  expect((await callSickVendor(spec, 0)).slept).toEqual([1_000, 1_500]);
});

test("a wait over 5 s ends the call, which says when to come back", async () => {
  const spec = { backoff: "exponential", initial: "2s", factor: 10, jitter: false } as const;
  const { result, slept, requests, startedAtMs } = await callSickVendor(spec, 0);
  expect(slept).toEqual([2_000]);
  expect(requests).toBe(2);
  expect(result).toMatchObject({ outcome: "sick", error: { retryAtMs: startedAtMs + 2_000 + 20_000 } });
});

test("a write that is not safe to repeat is sent once", async () => {
  const write: Partial<Operation> = { effect: "create", idempotency: "none", request: { method: "POST", url: at("/") } };
  const { requests, result } = await callSickVendor({ backoff: "exponential", initial: "1s" }, 0, write);
  expect(requests).toBe(1);
  expect(result.outcome).toBe("unknown");
});
