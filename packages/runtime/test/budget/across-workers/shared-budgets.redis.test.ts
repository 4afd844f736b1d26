// Pins: workers that share permits and do not hear of each other's pauses, slots or smaller windows; tests of one process beside the four of
// workers.redis.test.ts.
import type { Budget } from "@mortise/contract";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../../../src/index.ts";
import { json, type Loopback, loopback } from "../../loopback.ts";
import { at, connectionTo, connectorOf } from "../../sample-connector.ts";
import { openRedisProcess, type RedisProcess } from "./redis-process.ts";

let redis: RedisProcess;
beforeAll(async () => {
  redis = await openRedisProcess();
});
afterAll(() => redis.close());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

let number = 0;

/** Two workers that share a budget, each with a path of its own at one vendor. */
async function twoWorkers(budget: Budget, answer: Parameters<typeof loopback>[0]) {
  const vendor = await loopback(answer);
  open.push(vendor);
  const prefix = `{test-${++number}}`;
  const workers = ["a", "b"].map((name) => {
    const request = { method: "GET", url: at(`/${name}`) } as const;
    const connector = connectorOf({ op: { request, budget: "api" } }, { budgets: { api: budget }, hosts: ["127.0.0.1"] });
    const egress = { allow: [vendor.origin] };
    const runtime = createRuntime({ connectors: [connector], egress, redis: { url: redis.url, prefix, leaseMs: 2_000 } });
    open.push(runtime);
    return runtime;
  }) as [Runtime, Runtime];
  await until(() => workers.every((worker) => worker.status().budgets.workers === 2));
  const call = (worker: Runtime, deadlineMs?: number) =>
    worker.call("sample/op", { connection: connectionTo(vendor.origin), input: {}, deadlineMs });
  return { vendor, workers, call };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const start = performance.now(); !isSo(); ) {
    if (performance.now() - start > 60_000) throw new Error(`not within a minute: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const timesOf = ({ seen }: Loopback, path: string): number[] => seen.filter(({ url }) => url === path).map(({ atMs }) => atMs);

it("a pause that one worker is asked for holds the others within a second", async () => {
  let calls = 0;
  const { vendor, workers, call } = await twoWorkers({ rate: 1_000, per: "1s", scope: "connection" }, ({ url }, response) => {
    if (url === "/a" && ++calls === 2) json(response, {}, 429, { "retry-after": "3" });
    else json(response, {});
  });
  const [first, second] = workers;
  await Promise.all([call(first), call(second)]);
  let isOver = false;
  const asked = call(first).finally(() => {
    isOver = true;
  });
  await until(() => calls === 2);
  let held = await call(second);
  while (!isOver && held.meta.waitedFor?.endsWith("pause") !== true) held = await call(second);
  await asked;
  const [, pausedAt = 0] = timesOf(vendor, "/a");
  const early = timesOf(vendor, "/b").filter((time) => time > pausedAt && time < pausedAt + 2_990);
  const afterMs = early.length === 0 ? 0 : Math.max(...early) - pausedAt;
  console.log(`the other worker's last call before it held still: ${afterMs.toFixed(0)} ms after the pause was asked for`);
  expect(afterMs).toBeLessThan(1_000);
  expect(held.outcome).toBe("success");
  expect(held.meta.waitedFor).toBe("budget api: asked for a pause");
  expect(held.meta.waitMs).toBeGreaterThan(1_000);
});

it("calls in flight are limited over all workers", async () => {
  let inFlight = 0;
  let most = 0;
  const { workers, call } = await twoWorkers({ concurrency: 3, scope: "connector" }, async (_, response) => {
    most = Math.max(most, ++inFlight);
    await new Promise((resolve) => setTimeout(resolve, 15));
    inFlight--;
    json(response, {});
  });
  const results = await Promise.all(workers.flatMap((worker) => Array.from({ length: 20 }, () => call(worker))));
  expect(results.every(({ outcome }) => outcome === "success")).toBe(true);
  expect(most).toBe(3);
});

it("one permit goes round among workers that wait for it", async () => {
  let inFlight = 0;
  let most = 0;
  const { vendor, workers, call } = await twoWorkers({ concurrency: 1, scope: "connector" }, async (_, response) => {
    most = Math.max(most, ++inFlight);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inFlight--;
    json(response, {});
  });
  await Promise.all(workers.flatMap((worker) => Array.from({ length: 12 }, () => call(worker))));
  expect(most).toBe(1);
  const order = vendor.seen.map(({ url }) => url);
  const changes = order.filter((url, place) => place > 0 && url !== order[place - 1]).length;
  console.log(`one slot, two workers with 12 calls each: it changed hands ${changes} times`);
  expect(changes).toBeGreaterThanOrEqual(4);
});

it("a window that one worker is told is smaller is smaller for all", async () => {
  const budget: Budget = { rate: 40, per: "1s", scope: "connector", limit: { header: "X-Limit" } };
  const { vendor, workers, call } = await twoWorkers(budget, (seen, response) =>
    json(response, {}, 200, seen.url === "/a" ? { "X-Limit": "6" } : {}),
  );
  const [first, second] = workers;
  await call(first);
  const [heardAt = 0] = timesOf(vendor, "/a");
  // Permits from before are in use for a window and the time until the second worker knows.
  while (performance.now() < heardAt + 2_000) await call(second);
  const from = performance.now();
  await Promise.all(Array.from({ length: 13 }, () => call(second)));
  const times = vendor.seen.map(({ atMs }) => atMs).filter((time) => time >= from);
  const busiest = Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));
  console.log(`busiest window of the worker that was not told: ${busiest} of 6`);
  expect(busiest).toBeLessThanOrEqual(6);
});

it("a call that no worker's permits can serve before its deadline is turned away with the moment to come back", async () => {
  const { workers, call } = await twoWorkers({ rate: 4, per: "1m", scope: "connector" }, (_, response) => json(response, {}));
  const [first, second] = workers;
  for (let count = 0; count < 4; count++) expect((await call(first)).outcome).toBe("success");
  const now = Date.now();
  const result = await call(second, now + 20_000);
  expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED" } });
  const retryAtMs = result.outcome === "success" ? 0 : (result.error.retryAtMs ?? 0);
  console.log(`told to come back in ${((retryAtMs - now) / 1_000).toFixed(1)} s`);
  expect(retryAtMs - now).toBeGreaterThan(20_000);
  expect(retryAtMs - now).toBeLessThan(61_000);
});
