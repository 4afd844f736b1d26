// Pins: an attempt whose time nobody keeps, and one whose time two keep at once, so that it is a matter of luck what is said at its end.
import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { AttemptScope } from "../../src/attempts/attempt-scope.ts";

const FOREVER_MS = 2 ** 40;
const scopeOf = (call: AbortSignal, ownLimitMs: number | undefined) =>
  new AttemptScope({
    span: {
      isRecording: false,
      traceparent: undefined,
      set: () => undefined,
      fail: () => undefined,
      run: (work, of) => work(of),
      end: () => undefined,
    },
    permit: { answered: () => undefined, done: () => undefined },
    commit: async () => undefined,
    call: { signal: call },
    ownLimitMs,
    limitMs: ownLimitMs ?? 1_000,
  });

test("where the exchange keeps the attempt's time, no signal of its own is made", () => {
  const call = new AbortController();
  const scope = scopeOf(call.signal, FOREVER_MS);
  const { signal, limitMs } = scope.timing(1_000);
  expect(signal).toBe(call.signal);
  expect(limitMs).toBeGreaterThan(FOREVER_MS / 2);
  expect(limitMs).toBeLessThanOrEqual(FOREVER_MS);
  expect(getEventListeners(call.signal, "abort")).toHaveLength(0);
  scope.leave();
});

test("where a signal keeps it already, the exchange stands behind that", () => {
  const call = new AbortController();
  const scope = scopeOf(call.signal, FOREVER_MS);
  const { signal } = scope;
  expect(signal).not.toBe(call.signal);
  expect(scope.signal).toBe(signal);
  expect(scope.timing(1_000)).toEqual({ signal, limitMs: FOREVER_MS + 1_000 });
  call.abort("gone");
  expect(signal.reason).toBe("gone");
  scope.leave();
  expect(getEventListeners(call.signal, "abort")).toHaveLength(0);
});

test("where the call's deadline comes first, its signal says so", () => {
  const call = new AbortController();
  const scope = scopeOf(call.signal, undefined);
  expect(scope.signal).toBe(call.signal);
  expect(scope.timing(1_000)).toEqual({ signal: call.signal, limitMs: 2_000 });
});
