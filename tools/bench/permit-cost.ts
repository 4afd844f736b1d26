import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { openSharedBudgets } from "../../packages/runtime/src/budget/across-workers/shared-budgets.ts";
import { BudgetBook } from "../../packages/runtime/src/budget/budget-book.ts";
import { later, systemClock, ticks } from "../../packages/runtime/src/system-clock.ts";
import { median } from "./quantile.ts";

const PERMITS = 200_000;
const BATCH = 1_000;
const LIMITS = { rate: 1_000_000, perMs: 1_000, concurrency: undefined };
const never = new AbortController().signal;

/** Microseconds that a permit of a budget of one process costs, where nobody waits. */
export const localMicros = (): Promise<number> => permitMicros(new BudgetBook(systemClock));

/** The same where Redis is asked for blocks of permits now and then. */
export async function sharedMicros(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "mortise-bench-"));
  const url = join(folder, "redis.sock");
  const redis = spawn("/usr/bin/redis-server", ["--port", "0", "--unixsocket", url, "--save", "", "--dir", folder]);
  for await (const line of redis.stdout) if (String(line).includes("ready to accept connections")) break;
  redis.stdout.resume();
  const shared = openSharedBudgets(
    { url, leaseMs: 1_000 },
    { ticks, later, now: Date.now, worker: "bench", onPause: () => undefined, onMode: () => undefined },
  );
  try {
    return await permitMicros(new BudgetBook(systemClock, shared.openBank));
  } finally {
    await shared.close();
    redis.kill("SIGKILL");
    await once(redis, "exit");
    await rm(folder, { recursive: true, force: true });
  }
}

/** Microseconds that a job of bottleneck with the same limits costs: what leasing in blocks saves. */
export async function bottleneckMicros(): Promise<number> {
  const limiter = new Bottleneck({ reservoir: 1_000_000 });
  const micros: number[] = [];
  for (let round = 0; round < 30; round++) {
    const started = ticks();
    for (let count = 0; count < 20; count++) await limiter.schedule(async () => undefined);
    micros.push(((ticks() - started) * 1_000) / 20);
  }
  return median(micros);
}

/** Warms up first, and waits for the first block there. */
async function permitMicros(book: BudgetBook): Promise<number> {
  const bucket = book.bucket("bench", LIMITS);
  const micros: number[] = [];
  for (let done = 0; done < PERMITS; done += BATCH) {
    (await bucket.take({ signal: never })).done();
    const started = ticks();
    for (let count = 0; count < BATCH; count++) {
      const permit = bucket.tryTake(undefined) ?? (await bucket.take({ signal: never }));
      permit.answered();
      permit.done();
    }
    micros.push(((ticks() - started) * 1_000) / BATCH);
    await turn();
  }
  return median(micros.slice(micros.length / 4));
}
