// Pins: a worker that goes on with permits which were given to another one while it stood still, and one that waits for a Redis which was
// never there. Clocks of workers are set by the test; Redis keeps its own.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openSharedBudgets, type SharedBudgets } from "../../../src/budget/across-workers/shared-budgets.ts";
import type { BudgetStatus } from "../../../src/budget/across-workers/worker-link.ts";
import { BudgetBook } from "../../../src/budget/budget-book.ts";
import { later, systemClock } from "../../../src/system-clock.ts";
import { openRedisProcess, type RedisProcess } from "./redis-process.ts";

const LEASE_MS = 2_000;
const LIMITS = { rate: 6, perMs: 50, concurrency: undefined };

let redis: RedisProcess;
beforeAll(async () => {
  redis = await openRedisProcess();
});
afterAll(() => redis.close());

const open: SharedBudgets[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A worker whose clock can be moved on, and whose timers can be held. */
function openWorker(worker: string, url: string, prefix: string) {
  let ahead = 0;
  let isHeld = false;
  const heldBack: (() => void)[] = [];
  const modes: BudgetStatus["mode"][] = [];
  const shared = openSharedBudgets(
    { url, prefix, leaseMs: LEASE_MS },
    {
      worker,
      ticks: () => performance.now() + ahead,
      later: (ms, run) => later(ms, () => void (isHeld ? heldBack.push(run) : run())),
      now: () => Date.now(),
      onPause: () => undefined,
      onMode: ({ mode }) => void modes.push(mode),
    },
  );
  open.push(shared);
  return {
    shared,
    modes,
    bucket: new BudgetBook(systemClock, shared.openBank).bucket("api", LIMITS),
    /** As if the process had been stopped for so long: nothing of it ran. */
    stop: () => {
      isHeld = true;
    },
    goOn: (ms: number) => {
      ahead += ms;
      isHeld = false;
      for (const run of heldBack.splice(0)) run();
    },
  };
}

const never = new AbortController().signal;

it("permits of a worker that stood still go to the others, and it uses none before it has asked (L1, L2, S2)", async () => {
  const [stopped, other] = [openWorker("stopped", redis.url, "{still}"), openWorker("other", redis.url, "{still}")];
  const held = await Promise.all(Array.from({ length: 6 }, () => stopped.bucket.take({ signal: never })));
  for (const permit of held) permit.done();
  stopped.stop();
  const taken = await Promise.all(Array.from({ length: 6 }, () => other.bucket.take({ signal: never })));
  expect(taken).toHaveLength(6);
  stopped.goOn(10 * LEASE_MS);
  expect(stopped.bucket.tryTake(undefined)).toBeUndefined();
  const late = stopped.bucket.take({ signal: never });
  const order: string[] = [];
  void late.then(() => order.push("late"));
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
  expect(order).toEqual([]);
  for (const permit of taken) permit.done();
  (await late).done();
});

it("Redis that was never there leaves a worker an eighth of the budget, after a window (S3)", async () => {
  const worker = openWorker("lonely", join(tmpdir(), "mortise-no-redis.sock"), "{none}");
  const permits = [await worker.bucket.take({ signal: never })];
  expect(worker.modes).toEqual(["alone"]);
  expect(worker.shared.status()).toMatchObject({ mode: "alone", workers: 0, reason: expect.stringContaining("ENOENT") });
  expect(worker.bucket.tryTake(undefined)).toBeUndefined();
  for (const permit of permits) permit.done();
  (await worker.bucket.take({ signal: never })).done();
});

it("a worker that is closed gives back what it does not use", async () => {
  const [first, second] = [openWorker("first", redis.url, "{closed}"), openWorker("second", redis.url, "{closed}")];
  const permits = await Promise.all(Array.from({ length: 6 }, () => first.bucket.take({ signal: never })));
  for (const permit of permits) permit.done();
  await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.perMs));
  await first.shared.close();
  const started = performance.now();
  const taken = await Promise.all(Array.from({ length: 6 }, () => second.bucket.take({ signal: never })));
  console.log(`the permits of a closed worker were there after ${(performance.now() - started).toFixed(0)} ms`);
  for (const permit of taken) permit.done();
  expect(taken).toHaveLength(6);
});

it("a bucket that was dropped for being idle and is opened again has all its permits", async () => {
  const { shared, bucket } = openWorker("again", redis.url, "{again}");
  const permits = await Promise.all(Array.from({ length: 6 }, () => bucket.take({ signal: never })));
  for (const permit of permits) permit.done();
  await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.perMs));
  bucket.drop();
  const fresh = new BudgetBook(systemClock, shared.openBank).bucket("api", LIMITS);
  const taken = await Promise.all(Array.from({ length: 6 }, () => fresh.take({ signal: never })));
  expect(fresh.tryTake(undefined)).toBeUndefined();
  for (const permit of taken) permit.done();
});
