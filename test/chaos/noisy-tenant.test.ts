// Pins R17 of the reliability scorecard, at a reduced size: one tenant that asks for fifty times what the others do, and takes their share of
// the other side with it. In virtual time; prints the figures. `MORTISE_FAIRNESS_SECONDS`: how long it lasts, 15 where it is not set.
import type { CallResult } from "@mortise/contract";
import { createRuntime, type Runtime } from "@mortise/runtime";
import { afterEach, expect, it } from "vitest";
import { at, connectionTo, connectorOf } from "../../packages/runtime/test/sample-connector.ts";
import { EventClock } from "./event-clock.ts";
import { type OfferedCall, offerLoad, quantile, seededRandom } from "./offered-load.ts";
import { openVendor, type VirtualVendor } from "./virtual-vendor.ts";

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const SECONDS = Number(process.env.MORTISE_FAIRNESS_SECONDS ?? 15);
const WORKERS = 20;
const MEAN_MS = 100;
const ORDINARY = 9;
/** Calls a second of an ordinary tenant: nine of them take 45 % of what the vendor can do. */
const RATE = 10;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** 1 where all have the same, 1/n where one has everything. */
const jain = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) ** 2 / (values.length * values.reduce((sum, value) => sum + value ** 2, 0));

async function world(): Promise<{ clock: EventClock; runtime: Runtime; vendor: VirtualVendor }> {
  const clock = new EventClock();
  const random = seededRandom(3);
  const vendor = await openVendor({
    clock,
    workers: WORKERS,
    serviceMs: () => MEAN_MS * (0.6 + 0.8 * random()),
    status: () => 200,
  });
  const runtime = createRuntime({
    connectors: [connectorOf({ op: { request: { method: "GET", url: at("/") } } })],
    egress: { allow: [vendor.origin] },
    clock,
    random: seededRandom(4),
  });
  open.push(vendor, runtime);
  return { clock, runtime, vendor };
}

const callAs =
  (vendor: VirtualVendor, tenant: string) =>
  (runtime: Runtime): Promise<CallResult> =>
    runtime.call("sample/op", { connection: connectionTo(vendor.origin), input: {}, tenant });

const doneBy = (calls: readonly OfferedCall<string>[], tenant: string): readonly OfferedCall<string>[] =>
  calls.filter(({ of, code }) => of === tenant && code === "ok");

it("of one tenant at fifty times the others' rate leaves them what they need, as quickly as before", async () => {
  const { clock, runtime, vendor } = await world();
  const names = Array.from({ length: ORDINARY }, (_, index) => `t${index}`);
  const aloneMs = 5_000;
  const endMs = aloneMs + SECONDS * 1_000;
  const calls = await offerLoad({ clock, runtime, vendor }, [
    ...names.map((tenant, index) => ({
      of: tenant,
      perSecond: RATE,
      fromMs: index * 11,
      untilMs: endMs,
      call: callAs(vendor, tenant),
    })),
    { of: "noisy", perSecond: RATE * 50, fromMs: aloneMs, untilMs: endMs, call: callAs(vendor, "noisy") },
  ]);

  const ordinary = calls.filter(({ of }) => of !== "noisy");
  const failed = ordinary.filter(({ code }) => code !== "ok");
  const p99 = (from: number, until: number): number =>
    quantile(
      ordinary.filter(({ atMs }) => atMs >= from && atMs < until).map(({ tookMs }) => tookMs),
      0.99,
    );
  const before = p99(0, aloneMs);
  // What the host takes is found out in the first two seconds of the crowd.
  const during = p99(aloneMs + 2_000, endMs);
  const index = jain(names.map((name) => doneBy(calls, name).length));
  const noisy = doneBy(calls, "noisy").length;
  console.log(
    `R17 reduced, ${SECONDS} s: others' p99 ${during.toFixed(0)} ms (${(during / before).toFixed(2)} × ${before.toFixed(0)}), ` +
      `${failed.length} of ${ordinary.length} failed, Jain ${index.toFixed(4)}, noisy tenant ${(noisy / SECONDS).toFixed(0)} of ${RATE * 50}/s`,
  );
  expect(failed).toEqual([]);
  expect(during).toBeLessThanOrEqual(1.25 * before);
  expect(index).toBeGreaterThanOrEqual(0.95);
  // Nobody is better off for the rest lying idle.
  expect(noisy / SECONDS).toBeGreaterThan(0.8 * ((WORKERS * 1_000) / MEAN_MS - ORDINARY * RATE));
});

it("of tenants that all ask for too much is shared out evenly, however much each asks for", async () => {
  const { clock, runtime, vendor } = await world();
  const seconds = Math.min(SECONDS, 8);
  const names = Array.from({ length: 5 }, (_, index) => `t${index}`);
  const calls = await offerLoad(
    { clock, runtime, vendor },
    names.map((tenant, index) => ({
      of: tenant,
      perSecond: 60 * (index + 1),
      fromMs: index,
      untilMs: seconds * 1_000,
      call: callAs(vendor, tenant),
    })),
  );
  const done = names.map((name) => doneBy(calls, name).length);
  console.log(
    `R17 reduced, five tenants at 60 to 300/s of ${(WORKERS * 1_000) / MEAN_MS}: done ${done.join(", ")}, Jain ${jain(done).toFixed(4)}`,
  );
  expect(jain(done)).toBeGreaterThanOrEqual(0.95);
});
