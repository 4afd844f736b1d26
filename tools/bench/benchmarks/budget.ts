/**
 * What a budget adds to a call that need not wait, and how near a limited one comes to its rate. The figures of shared budgets need
 * /usr/bin/redis-server; without it they are left out, and that is said on stderr.
 */
import { existsSync } from "node:fs";
import { type Figure, report } from "../figure.ts";
import { type Loopback, openLoopback } from "../loopback.ts";
import { bottleneckMicros, localMicros, sharedMicros } from "../permit-cost.ts";
import { median } from "../quantile.ts";

const WARM_UP = 300;
const CALLS = 1_500;
const RATE = 100;
const LIMITED_CALLS = 300;

const budgeted = await openLoopback({ api: { scope: "connection", rate: { $cel: "settings.?rate" }, per: "1s" } });
const without = await openLoopback();

async function call({ runtime }: Loopback, connection: ReturnType<Loopback["connection"]>): Promise<void> {
  const answered = await runtime.call("loopback/read", { connection, input: { id: "7" } });
  if (answered.outcome !== "success") throw new Error(JSON.stringify(answered));
}

const ways = [
  { opened: without, connection: without.connection(), taken: [] as number[] },
  { opened: budgeted, connection: budgeted.connection(), taken: [] as number[] },
  { opened: budgeted, connection: budgeted.connection({ rate: 1_000_000 }), taken: [] as number[] },
] as const;
for (let round = -WARM_UP; round < CALLS; round++) {
  for (const { opened, connection, taken } of ways) {
    const started = performance.now();
    await call(opened, connection);
    if (round >= 0) taken.push(performance.now() - started);
  }
}
const [none, unlimited, wide] = ways.map(({ taken }) => median(taken)) as [number, number, number];

const narrow = budgeted.connection({ rate: RATE });
const started = performance.now();
await Promise.all(Array.from({ length: LIMITED_CALLS }, () => call(budgeted, narrow)));
const seconds = (performance.now() - started) / 1_000;
await budgeted.close();
await without.close();

const local = await localMicros();
const baseline = { what: "no budget", value: none };
const figures: Figure[] = [
  { what: "call under a budget without a limit, p50", unit: "ms", value: unlimited, baseline },
  { what: "call under a budget far from its limit, p50", unit: "ms", value: wide, baseline },
  {
    what: `${LIMITED_CALLS} calls at once, ${RATE} a second allowed`,
    unit: "s",
    value: seconds,
    // The first window is free at once; the calls of each later one wait for it.
    baseline: { what: "shortest time allowed", value: LIMITED_CALLS / RATE - 1 },
  },
  {
    what: "a permit taken and given back, far from the limit",
    unit: "µs",
    value: local,
    baseline: { what: "a job of bottleneck", value: await bottleneckMicros() },
  },
];
if (existsSync("/usr/bin/redis-server")) {
  const unit = "µs";
  figures.push({
    what: "the same, shared by Redis",
    unit,
    value: await sharedMicros(),
    baseline: { what: "in one process", value: local },
  });
} else console.error("budget: there is no /usr/bin/redis-server, so nothing is said about shared budgets.");
report(figures);
