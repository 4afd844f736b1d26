// Pins R16 of the reliability scorecard: five times as much work as the other side can do ends in slow answers for all and work that is thrown
// away, or in people waiting behind backfills, or in a memory that fills. In virtual time. `MORTISE_OVERLOAD_SECONDS`: how long the overload
// lasts, 12 where it is not set, 300 for the whole row. Prints the figures.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRuntime, PRIORITIES, type Priority } from "@mortise/runtime";
import { afterEach, expect, it } from "vitest";
import { at, connectionTo, connectorOf } from "../../packages/runtime/test/sample-connector.ts";
import { EventClock } from "./event-clock.ts";
import { offerLoad, quantile, seededRandom } from "./offered-load.ts";
import { openVendor } from "./virtual-vendor.ts";

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const SECONDS = Number(process.env.MORTISE_OVERLOAD_SECONDS ?? 12);
const WORKERS = 20;
const MEAN_MS = 100;
/** Calls a second that the vendor can do. */
const CAPACITY = (WORKERS * 1_000) / MEAN_MS;
const IDLE_MS = 5_000;
/** How often memory is looked at during the overload; the first quarter warms up. */
const LOOKS = 12;
const AFTER_MS = 12_000;
/** Share of the offered work by class; what people wait for is half of what the vendor can do. */
const MIX: { readonly [name in Priority]: number } = { interactive: 0.1, webhook: 0.2, scheduled: 0.3, backfill: 0.4 };

/** Memory of the process, bytes, without what only waits for the garbage collector. */
function residentAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage.rss();
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

it("of five times what the vendor can do is shed from the bottom, and what is let in is done in time", async () => {
  const clock = new EventClock();
  const random = seededRandom(7);
  const serviceMs = (): number => MEAN_MS * (0.6 + 0.8 * random());
  const vendor = await openVendor({ clock, workers: WORKERS, serviceMs, status: () => 200 });
  const runtime = createRuntime({
    connectors: [connectorOf({ op: { request: { method: "GET", url: at("/") } } })],
    egress: { allow: [vendor.origin] },
    clock,
    random: seededRandom(8),
  });
  open.push(vendor, runtime);
  const connection = connectionTo(vendor.origin);
  const endMs = IDLE_MS + SECONDS * 1_000;
  const phases = [
    { phase: "idle", load: 0.3, fromMs: 0, untilMs: IDLE_MS },
    { phase: "over", load: 5, fromMs: IDLE_MS, untilMs: endMs },
    { phase: "after", load: 0.3, fromMs: endMs, untilMs: endMs + AFTER_MS },
  ];
  const rss: number[] = [];

  const calls = await offerLoad(
    { clock, runtime, vendor },
    phases.flatMap(({ phase, load, fromMs, untilMs }) =>
      PRIORITIES.map((priority) => ({
        of: { phase, priority },
        perSecond: CAPACITY * load * MIX[priority],
        fromMs,
        untilMs,
        call: (runtime) => runtime.call("sample/op", { connection, input: {}, priority }),
      })),
    ),
    // Collected every so often, for what is left to be what is held and not what the collector has not yet got round to.
    Array.from({ length: LOOKS + 1 }, (_, look) => ({
      ms: IDLE_MS + (SECONDS * 1_000 * look) / LOOKS,
      run: () => rss.push(residentAfterCollection()),
    })),
  );

  const well = calls.filter(({ code }) => code === "ok");
  const tookIn = (name: string): number[] => well.filter(({ of }) => of.phase === name).map(({ tookMs }) => tookMs);
  const idleP99 = quantile(tookIn("idle"), 0.99);
  // What the host takes is found out in the first two seconds: less than 1 % of the whole row, but not of a short run.
  const foundMs = SECONDS >= 300 ? 0 : 2_000;
  const steady = well.filter(({ of, atMs }) => of.phase === "over" && atMs >= IDLE_MS + foundMs);
  const goodput = steady.length / (SECONDS - foundMs / 1_000) / CAPACITY;
  const overP99 = quantile(
    steady.map(({ tookMs }) => tookMs),
    0.99,
  );
  const shares = PRIORITIES.map((priority) => {
    const offered = calls.filter((call) => call.of.phase === "over" && call.of.priority === priority);
    return offered.filter(({ code }) => code === "ok").length / offered.length;
  });
  const codes = new Set(calls.flatMap(({ code }) => (code === "ok" ? [] : [code])));
  const lastLate = calls.filter(({ of, code, tookMs }) => of.phase === "after" && (code !== "ok" || tookMs > 2 * idleP99));
  const normalMs = Math.max(0, ...lastLate.map(({ atMs }) => atMs - endMs));
  const growth = (rss.at(-1) ?? Number.NaN) / (rss[LOOKS / 4] ?? Number.NaN) - 1;
  console.log(
    `R16 ${SECONDS} s at 5 × ${CAPACITY}/s: goodput ${(goodput * 100).toFixed(1)} % of capacity, ` +
      `done ${PRIORITIES.map((name, rank) => `${name} ${((shares[rank] ?? 0) * 100).toFixed(1)} %`).join(", ")}, ` +
      `p99 ${overP99.toFixed(0)} ms (idle ${idleP99.toFixed(0)}), normal ${(normalMs / 1_000).toFixed(1)} s after, ` +
      `RSS ${(growth * 100).toFixed(0)} %, limit ${runtime.status().hosts[0]?.limit}`,
  );
  expect([...codes]).toEqual(["OVERLOADED"]);
  expect(goodput).toBeGreaterThanOrEqual(0.9);
  expect(shares[0]).toBeGreaterThanOrEqual(0.99);
  expect(overP99).toBeLessThanOrEqual(2 * idleP99);
  expect(normalMs).toBeLessThanOrEqual(10_000);
  expect(runtime.status().shed).toMatchObject({ interactive: 0 });
  if (SECONDS >= 60) expect(growth).toBeLessThanOrEqual(0.2);
});
