// Pins: a part of a call that outlives it, or takes a place of its own and waits for itself; a deadline that grows between processes; people
// turned away while backfills go on; a tenant that takes all places.
import type { CallResult } from "@mortise/contract";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createRuntime, type Priority, type Runtime, type RuntimeOptions } from "../../src/index.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: Runtime[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A runtime with operations of its own code: `hold` ends when it is told to, `quick` at once. */
function runtimeOf(options: Partial<RuntimeOptions> = {}) {
  const held: { readonly end: () => void }[] = [];
  const polls: true[] = [];
  const native = { native: { reason: "test", uses: [] } } as const;
  const runtime = createRuntime({
    connectors: [
      connectorOf(
        {
          hold: native,
          quick: native,
          start: {
            ...native,
            wait: { poll: { operation: "state", with: {} }, done: "polled.done", every: "1s", timeout: "10m" },
          },
          state: native,
        },
        {},
        {
          hold: {
            call: () => new Promise((resolve) => held.push({ end: () => resolve({}) })),
          },
          quick: { call: async () => ({}) },
          start: { call: async () => ({}) },
          state: { call: async () => ({ done: polls.push(true) > 0 }) },
        },
      ),
    ],
    ...options,
  });
  open.push(runtime);
  const call = (operation: string, more: object = {}): Promise<CallResult> =>
    runtime.call(`sample/${operation}`, { connection: connectionTo(""), input: {}, ...more });
  const holding = async (count: number, more: object = {}): Promise<Promise<CallResult>[]> => {
    const before = held.length;
    const calls = Array.from({ length: count }, () => call("hold", more));
    await vi.waitFor(() => expect(held).toHaveLength(before + count));
    return calls;
  };
  return { runtime, call, holding, held, polls };
}

const codeOf = (result: CallResult): string => (result.outcome === "success" ? "ok" : result.error.code);

describe("a place in the process", () => {
  it("is given back by every call, however it ended", async () => {
    const { runtime, call, holding, held } = runtimeOf({ admission: { maxInFlight: 4 } });
    const stop = new AbortController();
    const calls = await holding(2, { signal: stop.signal });
    expect(runtime.status().calls).toEqual({ inFlight: 2, waiting: 0, limit: 4 });
    stop.abort();
    held[0]?.end();
    await Promise.all(calls);
    await call("nothing");
    await call("quick", { deadlineMs: 1 });
    expect(runtime.status().calls.inFlight).toBe(0);
  });

  it("is waited for, the urgent first, and not for longer than a second", async () => {
    const { runtime, call, holding, held } = runtimeOf({ admission: { maxInFlight: 4 } });
    const [first] = await holding(4);
    const order: Priority[] = [];
    const waiting = (["backfill", "scheduled", "interactive"] as const).map(async (priority) => {
      const result = await call("quick", { priority });
      order.push(priority);
      return codeOf(result);
    });
    await vi.waitFor(() => expect(runtime.status().calls.waiting).toBe(3));
    held[0]?.end();
    expect(codeOf((await first) as CallResult)).toBe("ok");
    expect(await Promise.all(waiting)).toEqual(["ok", "ok", "ok"]);
    expect(order).toEqual(["interactive", "scheduled", "backfill"]);

    await holding(1);
    const refused = await call("quick", { priority: "webhook" });
    expect(refused).toMatchObject({
      outcome: "sick",
      error: { code: "OVERLOADED", retryAtMs: expect.any(Number) },
      meta: { attempts: 0 },
    });
    expect(runtime.status().shed).toEqual({ interactive: 0, webhook: 1, scheduled: 0, backfill: 0 });
    for (const { end } of held) end();
  });

  it("of one tenant is not another's", async () => {
    const { call, holding, held } = runtimeOf({ admission: { maxInFlight: 10, maxPerTenant: 2 } });
    await holding(2, { tenant: "a" });
    expect(codeOf(await call("quick", { tenant: "b" }))).toBe("ok");
    const third = call("quick", { tenant: "a" });
    held[0]?.end();
    expect(codeOf(await third)).toBe("ok");
    held[1]?.end();
  });

  it("is not needed by what a call is made of", async () => {
    const { call } = runtimeOf({ admission: { maxInFlight: 1 }, clock: virtualClock("2026-01-01T00:00:00Z") });
    expect(codeOf(await call("start"))).toBe("ok");
  });

  it("is refused to a tenant that has used up its quota, with the moment to come back", async () => {
    const clock = virtualClock("2026-01-01T00:00:00Z");
    const { call } = runtimeOf({ admission: { tenantQuota: { ratePerSecond: 2, burst: 2 } }, clock });
    const codes = [await call("quick"), await call("quick"), await call("quick")];
    expect(codes.map(codeOf)).toEqual(["ok", "ok", "OVERLOADED"]);
    expect(codes[2]).toMatchObject({ error: { retryAtMs: clock.now() + 500 } });
    expect(codeOf(await call("quick", { tenant: "other" }))).toBe("ok");
    clock.advance(500);
    expect(codeOf(await call("quick"))).toBe("ok");
  });

  it.each([{ maxInFlight: 0 }, { maxPerTenant: -1 }, { maxPerHost: Number.NaN }, { tenantQuota: { ratePerSecond: 0 } }])(
    "cannot be set to nonsense: %j",
    (admission) => {
      expect(() => runtimeOf({ admission })).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }));
    },
  );
});

describe("a deadline", () => {
  it("is the soonest of the caller's moment, the time it has left, and the operation's own limit", async () => {
    const clock = virtualClock("2026-01-01T00:00:00Z");
    const { call } = runtimeOf({ clock });
    const now = clock.now();
    expect(codeOf(await call("quick", { remainingMs: 99 }))).toBe("DEADLINE_EXCEEDED");
    expect(codeOf(await call("quick", { remainingMs: 99, deadlineMs: now + 60_000 }))).toBe("DEADLINE_EXCEEDED");
    expect(codeOf(await call("quick", { remainingMs: 60_000, deadlineMs: now + 99 }))).toBe("DEADLINE_EXCEEDED");
    expect(codeOf(await call("quick", { remainingMs: Number.NaN }))).toBe("DEADLINE_EXCEEDED");
    expect(codeOf(await call("quick", { remainingMs: 101 }))).toBe("ok");
  });

  it("of a part is 50 ms before that of the call", async () => {
    const clock = virtualClock("2026-01-01T00:00:00Z");
    const { call, polls } = runtimeOf({ clock });
    // The job is asked after a second: 140 ms are left for the call then, 90 for the question, and 100 are needed.
    expect((await call("start", { remainingMs: 1_140 })).outcome).toBe("sick");
    expect(polls).toEqual([]);
    expect(codeOf(await call("start", { remainingMs: 1_160 }))).toBe("ok");
    expect(polls).toHaveLength(1);
  });

  it("leaves no attempt to be started that usually takes longer than there is time", async () => {
    const clock = virtualClock("2026-01-01T00:00:00Z");
    const connector = connectorOf(
      { slow: { native: { reason: "test", uses: [] } } },
      {},
      { slow: { call: async () => void clock.advance(2_000) } },
    );
    const runtime = createRuntime({ connectors: [connector], clock });
    open.push(runtime);
    const call = (remainingMs: number) => runtime.call("sample/slow", { connection: connectionTo(""), input: {}, remainingMs });
    for (let count = 0; count < 30; count++) await call(60_000);
    const refused = await call(1_500);
    expect(refused).toMatchObject({
      error: { code: "DEADLINE_EXCEEDED", message: expect.stringContaining("2000") },
      meta: { attempts: 0 },
    });
    // What it usually takes is old news after ten seconds: somebody has to find out.
    clock.advance(10_001);
    expect((await call(1_500)).meta.attempts).toBe(1);
  });
});
