// Pins: a vendor that is called again before the time it asked for, in whatever form it asked.
import type { CallResult, InstantSource, Operation } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Vendor } from "./vendor.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const read: Partial<Operation> = { request: { method: "GET", url: at("/") } };

/** A clock on which sleeping takes no time: what is measured is what was waited for. */
function clockAt(startMs: number) {
  let now = startMs;
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    now += ms;
  };
  return { now: () => now, sleep, slept };
}

async function refuseOnce(
  refusal: Answer,
  operation: Partial<Operation> = read,
): Promise<{ readonly result: CallResult; readonly vendor: Vendor; readonly slept: readonly number[] }> {
  const vendor = await openVendor((_, count) => {
    const { headers, ...rest } = count === 1 ? refusal : { body: { ok: true } };
    return { ...rest, headers: { date: new Date(NOW).toUTCString(), ...headers } };
  });
  onTestFinished(vendor.close);
  const clock = clockAt(NOW);
  const { runtime, connection } = connect(contractOf({ op: operation }), vendor, { clock, random: () => 0 });
  onTestFinished(() => runtime.close());
  return { result: await runtime.call("vendor/op", { connection, input: {} }), vendor, slept: clock.slept };
}

const total = (slept: readonly number[]): number => slept.reduce((sum, ms) => sum + ms, 0);

test.each([
  ["seconds", "3", 3_000],
  ["a date", new Date(NOW + 4_000).toUTCString(), 4_000],
  ["a date that has passed", new Date(NOW - 60_000).toUTCString(), 0],
  ["junk, so the usual backoff", "soon", 0],
])("Retry-After as %s", async (_, value, expected) => {
  const { result, vendor, slept } = await refuseOnce({ status: 429, headers: { "retry-after": value } });
  expect(result).toMatchObject({ outcome: "success", output: { ok: true }, meta: { attempts: 2 } });
  expect(total(slept)).toBe(expected);
  expect(vendor.seen).toHaveLength(2);
});

const inRule = (retryAfter: InstantSource): Partial<Operation> => ({
  ...read,
  outcomes: [{ when: { cel: "status == 429 || has(body.error)" }, as: "throttled", retryAfter }],
});
const seconds = NOW / 1_000;

test.each<readonly [InstantSource, Answer]>([
  [{ header: "X-Reset", as: "epoch_s" }, { headers: { "x-reset": String(seconds + 2) } }],
  [{ header: "X-Reset", as: "epoch_ms" }, { headers: { "x-reset": String(NOW + 2_000) } }],
  [{ header: "X-Reset", as: "delta_s" }, { headers: { "x-reset": "2" } }],
  [{ header: "X-Reset", as: "delta_ms" }, { headers: { "x-reset": "2000" } }],
  [{ header: "X-Reset", as: "http_date" }, { headers: { "x-reset": new Date(NOW + 2_000).toUTCString() } }],
  [{ header: "X-Reset", as: "date_time" }, { headers: { "x-reset": new Date(NOW + 2_000).toISOString() } }],
  [{ header: "X-Reset", as: "duration" }, { headers: { "x-reset": "2s" } }],
  [{ header: "X-Reset", as: "auto" }, { headers: { "x-reset": "2" } }],
  [{ body: "/parameters/retry_after", as: "delta_s" }, { body: { parameters: { retry_after: 2 } } }],
  [{ body: "/error", pattern: "try again in ([0-9.]+)s", as: "delta_s" }, { body: { error: "Slow down, try again in 2.0s." } }],
])("a rule's retryAfter %j", async (source, answer) => {
  const { result, slept } = await refuseOnce({ status: 429, ...answer }, inRule(source));
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(total(slept)).toBe(2_000);
});

test("of several waits the longest counts", async () => {
  const answer = { status: 429, headers: { "retry-after": "1" }, body: { error: "wait 3" } };
  const { slept } = await refuseOnce(answer, inRule({ body: "/error", pattern: "wait ([0-9]+)", as: "delta_s" }));
  expect(total(slept)).toBe(3_000);
});

test("a wait over 5 s ends the call, and says when to come back", async () => {
  const { result, vendor } = await refuseOnce({ status: 503, headers: { "retry-after": "90" } });
  expect(result).toMatchObject({ outcome: "sick", error: { code: "TARGET_SICK", retryAtMs: NOW + 90_000 } });
  expect(vendor.seen).toHaveLength(1);
});

test("a write that is not safe to repeat is not repeated, whatever the vendor proposes", async () => {
  const write: Partial<Operation> = {
    effect: "create",
    idempotency: "none",
    request: { method: "POST", url: at("/"), body: { a: 1 } },
  };
  const { result, vendor } = await refuseOnce({ status: 429, headers: { "retry-after": "1" } }, write);
  expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED", retryAtMs: NOW + 1_000 } });
  expect(vendor.seen).toHaveLength(1);
});
