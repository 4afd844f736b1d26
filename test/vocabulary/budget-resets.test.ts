// Pins: a budget that stays open although the vendor has said that nothing is left, or for how long; a header that raises a limit.
import type { Budget, CallResult, InstantSource } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const seconds = NOW / 1_000;

/** A clock on which sleeping takes no time. */
function quickClock() {
  let now = NOW;
  return {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal): Promise<void> => {
      await Promise.resolve();
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

async function setUp(parts: Partial<Budget>, answer: (count: number) => Answer, cost?: number) {
  const clock = quickClock();
  const sentAtMs: number[] = [];
  const vendor = await openVendor((_, count) => {
    sentAtMs.push(clock.now() - NOW);
    const { headers, ...rest } = answer(count);
    return { body: {}, ...rest, headers: { date: new Date(clock.now()).toUTCString(), ...headers } };
  });
  onTestFinished(vendor.close);
  const operation = { request: { method: "GET", url: at("/") }, budget: "api", ...(cost === undefined ? {} : { cost }) } as const;
  const contract = contractOf({ op: operation }, { budgets: { api: { rate: 100, per: "1s", scope: "connection", ...parts } } });
  const { runtime, connection } = connect(contract, vendor, { clock, random: () => 0 });
  onTestFinished(() => runtime.close());
  return { sentAtMs, call: (): Promise<CallResult> => runtime.call("vendor/op", { connection, input: {} }) };
}

const remaining = { header: "X-Left" };

test.each<readonly [InstantSource, Answer]>([
  [{ header: "X-Reset", as: "epoch_s" }, { headers: { "x-reset": String(seconds + 4) } }],
  [{ header: "X-Reset", as: "epoch_ms" }, { headers: { "x-reset": String(NOW + 4_000) } }],
  [{ header: "X-Reset", as: "delta_s" }, { headers: { "x-reset": "4" } }],
  [{ header: "X-Reset", as: "delta_ms" }, { headers: { "x-reset": "4000" } }],
  [{ header: "X-Reset", as: "http_date" }, { headers: { "x-reset": new Date(NOW + 4_000).toUTCString() } }],
  [{ header: "X-Reset", as: "date_time" }, { headers: { "x-reset": "2026-03-01T13:00:04+01:00" } }],
  [{ header: "X-Reset", as: "duration" }, { headers: { "x-reset": "0m4s" } }],
  [{ header: "X-Reset", as: "duration" }, { headers: { "x-reset": "PT4S" } }],
  [{ header: "X-Reset", as: "auto" }, { headers: { "x-reset": "4" } }],
  [{ header: "RateLimit", pattern: "t=([0-9]+)", as: "delta_s" }, { headers: { ratelimit: '"default";r=0;t=4' } }],
  [{ body: "/rate/resetsAt", as: "date_time" }, { body: { rate: { resetsAt: "2026-03-01T12:00:04Z" } } }],
  [{ body: "/note", pattern: "again at ([0-9]+)", as: "epoch_s" }, { body: { note: `Spent; again at ${seconds + 4}.` } }],
])("when nothing is left, the next call waits until %j", async (reset, answer) => {
  const { call, sentAtMs } = await setUp({ reset, remaining }, (count) => ({
    ...answer,
    headers: { ...answer.headers, "x-left": count === 1 ? "0" : "9" },
  }));
  expect((await call()).outcome).toBe("success");
  expect(await call()).toMatchObject({ outcome: "success", meta: { waitMs: 4_000 } });
  expect((await call()).meta.waitMs).toBe(0);
  expect(sentAtMs).toEqual([0, 4_000, 4_000]);
});

test("a reset of a window that is not spent holds nobody up", async () => {
  const { call, sentAtMs } = await setUp({ reset: { header: "X-Reset", as: "delta_s" }, remaining }, () => ({
    headers: { "x-left": "3", "x-reset": "4" },
  }));
  await call();
  await call();
  expect(sentAtMs).toEqual([0, 0]);
});

test("a 403 of a vendor whose window is spent is a limit, not a missing right, and is repeated after the reset", async () => {
  const { call, sentAtMs } = await setUp({ reset: { header: "X-Reset", as: "epoch_s" }, remaining }, (count) =>
    count === 1 ? { status: 403, headers: { "x-left": "0", "x-reset": String(seconds + 3) } } : {},
  );
  expect(await call()).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(sentAtMs).toEqual([0, 3_000]);
});

test("a 429 while permits are left is not about this window: its own Retry-After counts, not the reset", async () => {
  const { call, sentAtMs } = await setUp({ reset: { header: "X-Reset", as: "delta_s" }, remaining }, (count) =>
    count === 1 ? { status: 429, headers: { "x-left": "900", "x-reset": "3000", "retry-after": "2" } } : {},
  );
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(sentAtMs).toEqual([0, 2_000]);
});

test("the longer of Retry-After and a spent window's reset counts", async () => {
  const { call, sentAtMs } = await setUp({ reset: { header: "X-Reset", as: "delta_s" }, remaining }, (count) =>
    count === 1 ? { status: 429, headers: { "x-left": "0", "x-reset": "4", "retry-after": "1" } } : {},
  );
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(sentAtMs).toEqual([0, 4_000]);
});

test("a limit that the vendor names lowers the rate, and a higher one does not raise it", async () => {
  const named = async (limit: string): Promise<readonly number[]> => {
    const { call, sentAtMs } = await setUp({ rate: 4, per: "1s", limit: { header: "X-Limit" } }, () => ({
      headers: { "x-limit": limit },
    }));
    for (let i = 0; i < 6; i++) await call();
    return sentAtMs.map((ms) => Math.floor(ms / 1_000));
  };
  expect(await named("2")).toEqual([0, 0, 1, 1, 2, 2]);
  expect(await named("4000")).toEqual([0, 0, 0, 0, 1, 1]);
  expect(await named("none")).toEqual([0, 0, 0, 0, 1, 1]);
});

test("a call takes as many permits as its operation costs", async () => {
  const { call, sentAtMs } = await setUp({ rate: 10, per: "1s" }, () => ({}), 4);
  for (let i = 0; i < 5; i++) await call();
  expect(sentAtMs.map((ms) => Math.floor(ms / 1_000))).toEqual([0, 0, 1, 1, 2]);
});
