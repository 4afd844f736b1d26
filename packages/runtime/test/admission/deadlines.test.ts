// Pins: a call that outlives its deadline, or is cut before it; calls that go on when the runtime has closed.
import { once } from "node:events";
import { expect, it } from "vitest";
import { Deadlines } from "../../src/admission/deadlines.ts";
import { elapsedMs } from "../../src/system-clock.ts";

it("stops each call at its own deadline, in whatever order they came, and no other (D1, D2)", async () => {
  const closing = new AbortController();
  const deadlines = new Deadlines(elapsedMs, closing.signal);
  const began = elapsedMs();
  const all = [200, 40, 120, 60_000, 80].map((ms) => ({ ms, entry: deadlines.watch(ms) }));
  const short = all.filter(({ ms }) => ms < 1_000);
  const ended = await Promise.all(
    short.map(async ({ ms, entry }) => {
      await once(entry.stop.signal, "abort");
      return { ms, early: elapsedMs() - began < ms - 1, reason: entry.stop.signal.reason };
    }),
  );
  expect(ended.map(({ early, reason }) => [early, reason.code])).toEqual(short.map(() => [false, "DEADLINE_EXCEEDED"]));
  expect(all[3]?.entry.stop.signal.aborted).toBe(false);
  for (const { entry } of all) deadlines.forget(entry);
  expect(deadlines.size).toBe(0);
});

it("stops all calls when the runtime closes, with its reason", () => {
  const closing = new AbortController();
  const deadlines = new Deadlines(elapsedMs, closing.signal);
  const entry = deadlines.watch(60_000);
  const over = deadlines.watch(60_000);
  deadlines.forget(over);
  closing.abort("closed");
  expect([entry.stop.signal.reason, over.stop.signal.aborted]).toEqual(["closed", false]);
});
