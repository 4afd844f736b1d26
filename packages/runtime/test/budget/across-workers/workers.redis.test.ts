// Pins: invariants S1 to S3 and L1 to L3: four processes that together call more often than their budget says, because one of them was
// killed, or Redis was, or forgot; permits of the dead that never come back; calls that stand still because Redis does.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { json, type Loopback, loopback } from "../../loopback.ts";
import { openRedisProcess } from "./redis-process.ts";

const RATE = 40;
const PER_MS = 1_000;
const LEASE_MS = 1_500;

interface Worker {
  readonly name: string;
  readonly process: ChildProcess;
  readonly modes: string[];
  workers: number;
  calls: number;
  failures: number;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function startWorker(name: string, url: string, origin: string): Worker {
  const settings = { name, url, origin, rate: RATE, per: "1s", inFlight: 30, leaseMs: LEASE_MS };
  const child = fork(join(import.meta.dirname, "budget-worker.ts"), [JSON.stringify(settings)], { execArgv: [] });
  const worker: Worker = { name, process: child, modes: [], workers: 0, calls: 0, failures: 0 };
  child.on("message", (message: { readonly mode?: string; readonly workers?: number; readonly outcome?: string }) => {
    if (message.mode !== undefined && message.mode !== worker.modes.at(-1)) worker.modes.push(message.mode);
    if (message.workers !== undefined) worker.workers = message.workers;
    if (message.outcome !== undefined) worker.calls++;
    if (message.outcome !== undefined && message.outcome !== "success") worker.failures++;
  });
  open.push({
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  });
  return worker;
}

async function setUp() {
  const redis = await openRedisProcess();
  const vendor = await loopback((_, response) => json(response, {}));
  open.push(vendor, redis);
  const workers = ["a", "b", "c", "d"].map((name) => startWorker(name, redis.url, vendor.origin));
  return { redis, vendor, workers };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > 120_000) throw new Error(`not within two minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Most calls in any half-open window, wherever it starts, of those from `fromMs` on. */
function busiest({ seen }: Loopback, fromMs = 0): number {
  const times = seen.map(({ atMs }) => atMs).filter((time) => time >= fromMs);
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] as number) - (times[first] as number) >= PER_MS) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const callsOf = ({ seen }: Loopback, { name }: Worker, fromMs = 0): number =>
  seen.filter(({ url, atMs }) => url === `/${name}` && atMs >= fromMs).length;

it("four processes keep one budget; one that is killed gives its permits back, and none is used twice", async () => {
  const { vendor, workers } = await setUp();
  await until("all are heard", () => workers.every((worker) => worker.workers === 4 && callsOf(vendor, worker) > 15));
  const [first, ...others] = workers as [Worker, ...Worker[]];
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  const killedAt = performance.now();
  await until("the others have its permits", () => busiest(vendor, killedAt) > (RATE * 3) / 4 + 2);
  for (const worker of others) {
    const before = callsOf(vendor, worker);
    await until(`${worker.name} goes on`, () => callsOf(vendor, worker) > before + 10);
  }
  const counts = workers.map((worker) => `${worker.name} ${callsOf(vendor, worker)}`).join(", ");
  const after = busiest(vendor, killedAt);
  console.log(`budget ${RATE} per ${PER_MS} ms: busiest window ${busiest(vendor)}, after the kill ${after}; calls: ${counts}`);
  expect(busiest(vendor)).toBeLessThanOrEqual(RATE);
  expect(workers.map(({ failures }) => failures)).toEqual([0, 0, 0, 0]);
});

it("Redis that is killed and forgets all, or answers nothing any more, leaves each worker its share, and nobody calls too often", async () => {
  const { redis, vendor, workers } = await setUp();
  await until("all are heard", () => workers.every((worker) => worker.workers === 4 && callsOf(vendor, worker) > 10));
  await redis.kill();
  await until("all are alone", () => workers.every(({ modes }) => modes.at(-1) === "alone"));
  const aloneAt = performance.now();
  await until("each goes on by itself", () => workers.every((worker) => callsOf(vendor, worker, aloneAt) > 12));
  const alone = busiest(vendor, aloneAt);
  await redis.start();
  await until("all are back", () => workers.every(({ modes }) => modes.at(-1) === "shared"));
  const backAt = performance.now();
  await until("each goes on", () => workers.every((worker) => callsOf(vendor, worker, backAt) > 12));
  await until("the budget is used", () => busiest(vendor, backAt) > RATE * 0.8);
  const back = busiest(vendor, backAt);
  redis.freeze();
  await until("all are alone again", () => workers.every(({ modes }) => modes.at(-1) === "alone"));
  const frozenAt = performance.now();
  await until("each goes on by itself again", () => workers.every((worker) => callsOf(vendor, worker, frozenAt) > 12));
  const windows = `${alone} while Redis was gone, ${back} after, ${busiest(vendor, frozenAt)} while it was silent`;
  console.log(`busiest window: ${busiest(vendor)} of ${RATE}; ${windows}`);
  expect(busiest(vendor)).toBeLessThanOrEqual(RATE);
  expect(workers.map(({ failures }) => failures)).toEqual([0, 0, 0, 0]);
});
