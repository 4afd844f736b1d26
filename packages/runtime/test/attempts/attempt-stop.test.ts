// Pins: an attempt that outlives its call or its own time, and one that stays attached to a call that goes on.
import { getEventListeners, once } from "node:events";
import { expect, test } from "vitest";
import { AttemptStop } from "../../src/attempts/attempt-stop.ts";

const FOREVER_MS = 2 ** 40;

test("an attempt ends with its call, for the call's reason", () => {
  const call = new AbortController();
  const { signal } = new AttemptStop(call.signal, FOREVER_MS);
  const reason = new Error("cancelled");
  call.abort(reason);
  expect([signal.aborted, signal.reason]).toEqual([true, reason]);
});

test("an attempt of a call that was stopped before is stopped from the beginning", () => {
  const stop = new AttemptStop(AbortSignal.abort("gone"), FOREVER_MS);
  expect([stop.signal.aborted, stop.signal.reason]).toEqual([true, "gone"]);
  stop.leave();
});

test("an attempt ends when its time is up, and its call goes on", async () => {
  const call = new AbortController();
  const { signal } = new AttemptStop(call.signal, 1);
  const keepAlive = setInterval(() => undefined, 1_000);
  if (!signal.aborted) await once(signal, "abort");
  clearInterval(keepAlive);
  expect(signal.reason).toMatchObject({ name: "TimeoutError", message: "No end within 1 ms." });
  expect(call.signal.aborted).toBe(false);
});

test("an attempt that is over holds nothing of its call, and nothing ends it any more", () => {
  const call = new AbortController();
  const stop = new AttemptStop(call.signal, FOREVER_MS);
  const { signal } = stop;
  expect(getEventListeners(call.signal, "abort")).toHaveLength(1);
  stop.leave();
  expect(getEventListeners(call.signal, "abort")).toHaveLength(0);
  call.abort();
  expect(signal.aborted).toBe(false);
});
