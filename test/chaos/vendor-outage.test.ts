// Pins R14 of the reliability scorecard: a vendor that answers 503 for five minutes and is hammered all the while, or is left alone for long
// after it has come back. In virtual time; prints the figures.
import { createRuntime } from "@mortise/runtime";
import { afterEach, expect, it } from "vitest";
import { at, connectionTo, connectorOf } from "../../packages/runtime/test/sample-connector.ts";
import { EventClock } from "./event-clock.ts";
import { offerLoad, seededRandom } from "./offered-load.ts";
import { openVendor } from "./virtual-vendor.ts";

const PER_SECOND = 100;
const CONNECTIONS = 10;
const OUTAGE_MS = 300_000;
const BEFORE_MS = 40_000;
const AFTER_MS = 60_000;
/** Retries that full buckets of all connections pay for, at 5 tokens each. */
const BUCKETS = (CONNECTIONS * 500) / 5;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** `MORTISE_OUTAGE_SEEDS`: how many runs with other jitter. */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const SEEDS = Array.from({ length: Number(process.env.MORTISE_OUTAGE_SEEDS ?? 1) }, (_, index) => index + 1);

it.each(SEEDS)("is left alone while it is down and called again soon after, seed %i", async (seed) => {
  const clock = new EventClock();
  let isDown = false;
  const vendor = await openVendor({ clock, workers: 1_000, serviceMs: () => 20, status: () => (isDown ? 503 : 200) });
  const openedAtMs: number[] = [];
  const beganMs = clock.now();
  const runtime = createRuntime({
    connectors: [connectorOf({ op: { request: { method: "GET", url: at("/") } } })],
    egress: { allow: [vendor.origin] },
    clock,
    random: seededRandom(seed),
    onCircuitChange: ({ to, connection }) => {
      if (to === "open" && connection === undefined) openedAtMs.push(clock.now() - beganMs);
    },
  });
  open.push(vendor, runtime);
  const downAtMs = BEFORE_MS;
  const upAtMs = BEFORE_MS + OUTAGE_MS;
  const counts = { down: 0, up: 0 };

  const calls = await offerLoad(
    { clock, runtime, vendor },
    Array.from({ length: CONNECTIONS }, (_, index) => ({
      of: index,
      perSecond: PER_SECOND / CONNECTIONS,
      fromMs: index * 7,
      untilMs: upAtMs + AFTER_MS,
      call: (runtime) => runtime.call("sample/op", { connection: connectionTo(vendor.origin, { name: `c${index}` }), input: {} }),
    })),
    [
      {
        ms: downAtMs,
        run: () => {
          isDown = true;
          counts.down = vendor.arrived();
        },
      },
      {
        ms: upAtMs,
        run: () => {
          isDown = false;
          counts.up = vendor.arrived();
        },
      },
    ],
  );

  const during = calls.filter(({ atMs }) => atMs >= downAtMs && atMs < upAtMs);
  const attempts = counts.up - counts.down;
  const lastFailure = Math.max(...calls.filter(({ atMs, code }) => atMs >= upAtMs && code !== "ok").map(({ atMs }) => atMs));
  const openedMs = (openedAtMs.find((ms) => ms >= downAtMs) ?? Number.POSITIVE_INFINITY) - downAtMs;
  const recoveredMs = Math.max(0, lastFailure - upAtMs);
  console.log(
    `R14 seed ${seed}: offered ${during.length}, attempts ${attempts} (${(attempts / during.length).toFixed(4)} of them), ` +
      `open after ${(openedMs / 1_000).toFixed(1)} s, all well ${(recoveredMs / 1_000).toFixed(1)} s after the end`,
  );
  expect(during.length).toBe((OUTAGE_MS / 1_000) * PER_SECOND);
  expect(calls.filter(({ atMs, code }) => atMs < downAtMs && code !== "ok")).toEqual([]);
  expect(attempts).toBeLessThanOrEqual(1.1 * during.length + BUCKETS);
  // As long as nobody left it alone, every call would be an attempt at least.
  expect(attempts).toBeLessThan(during.length / 10);
  expect(openedMs).toBeLessThanOrEqual(10_000);
  expect(recoveredMs).toBeLessThanOrEqual(30_000);
});
