// Pins: a vendor called more often than its budget says, or called while it has asked for quiet.
import type { Budget, CallResult, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type Connection, createRuntime } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const READ: Partial<Operation> = { request: { method: "GET", url: at("/") }, budget: "api" };

async function setUp(budget: Budget, answer: Parameters<typeof loopback>[0], settings: Connection["settings"] = {}) {
  const server = await loopback(answer);
  const connector = connectorOf({ op: READ }, { budgets: { api: budget }, settings: { type: "object" } });
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  const connection = connectionTo(server.origin, { settings: { baseUrl: server.origin, ...settings } });
  return {
    server,
    call: (deadlineMs?: number): Promise<CallResult> => runtime.call("sample/op", { connection, input: {}, deadlineMs }),
  };
}

/** Most calls in any half-open window of `perMs`, wherever it starts. */
function busiestWindow({ seen }: Loopback, perMs: number): number {
  const times = seen.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + perMs).length));
}

describe("a budget", () => {
  it("of 50 a second is never exceeded in any second that the server sees, with 200 calls at once and slow answers", async () => {
    const { server, call } = await setUp({ rate: 50, per: "1s", scope: "connection" }, async (_, response, count) => {
      await new Promise((resolve) => setTimeout(resolve, (count * 7) % 40));
      json(response, {});
    });
    const before = performance.now();
    const results = await Promise.all(Array.from({ length: 200 }, () => call()));
    expect(results.every(({ outcome }) => outcome === "success")).toBe(true);
    expect(busiestWindow(server, 1_000)).toBeLessThanOrEqual(50);
    expect(performance.now() - before).toBeLessThan(12_000);
    expect(Math.max(...results.map(({ meta }) => meta.waitMs))).toBeGreaterThan(2_900);
  });

  it("limits the calls in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const { call } = await setUp({ concurrency: 3, scope: "connection" }, async (_, response) => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inFlight--;
      json(response, {});
    });
    await Promise.all(Array.from({ length: 15 }, () => call()));
    expect(most).toBe(3);
  });

  it("refuses at once, with the moment to come back, when the wait would pass the deadline", async () => {
    const { server, call } = await setUp({ rate: 2, per: "1m", scope: "connection" }, (_, response) => json(response, {}));
    await call();
    await call();
    const now = Date.now();
    const result = await call(now + 10_000);
    expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED" } });
    const retryAtMs = result.outcome === "success" ? 0 : (result.error.retryAtMs ?? 0);
    expect(retryAtMs - now).toBeGreaterThan(58_000);
    expect(retryAtMs - now).toBeLessThan(60_500);
    expect(Date.now() - now).toBeLessThan(5_000);
    expect(server.seen).toHaveLength(2);
  });

  it("is worked out from the connection's settings; unset there, it does not limit", async () => {
    const budget: Budget = {
      rate: { $cel: "has(settings.perSecond) ? settings.perSecond : null" },
      per: "1s",
      scope: "connection",
    };
    const limited = await setUp(budget, (_, response) => json(response, {}), { perSecond: 2 });
    await Promise.all([limited.call(), limited.call(), limited.call()]);
    expect(busiestWindow(limited.server, 1_000)).toBeLessThanOrEqual(2);
    const free = await setUp(budget, (_, response) => json(response, {}));
    const before = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => free.call()));
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("pauses for all calls of the connection for as long as a 429 asks", async () => {
    const { server, call } = await setUp({ rate: 1_000, per: "1s", scope: "connection" }, (_, response, count) =>
      count === 1 ? json(response, {}, 429, { "retry-after": "2" }) : json(response, {}),
    );
    const first = call();
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const results = await Promise.all([first, call(), call(), call()]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["success", "success", "success", "success"]);
    const [asked, ...others] = server.seen.map(({ atMs }) => atMs);
    expect(others).toHaveLength(4);
    expect(Math.min(...others) - (asked ?? 0)).toBeGreaterThanOrEqual(1_995);
  });

  it("turns a pause longer than 5 s into a sick target with the moment to come back, also for the calls behind it", async () => {
    const { server, call } = await setUp({ rate: 10, per: "1s", scope: "connection" }, (_, response) =>
      json(response, {}, 429, { "retry-after": "60" }),
    );
    const now = Date.now();
    for (const result of [await call(), await call()]) {
      expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED" } });
      const wait = (result.outcome === "success" ? 0 : (result.error.retryAtMs ?? 0)) - now;
      expect(wait).toBeGreaterThan(59_000);
      expect(wait).toBeLessThan(62_000);
    }
    expect(server.seen).toHaveLength(1);
  });

  it("pauses when the vendor's own headers say that nothing is left", async () => {
    const budget: Budget = {
      rate: 100,
      per: "1s",
      scope: "connection",
      reset: { header: "X-Reset", as: "delta_s" },
      remaining: { header: "X-Left" },
    };
    const { server, call } = await setUp(budget, (_, response, count) =>
      json(response, {}, 200, { "X-Left": count === 1 ? "0" : "9", "X-Reset": "1" }),
    );
    await call();
    await call();
    const [first, second] = server.seen.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(995);
  });

  it("that connections share closes for all of them, but only by the word of a host that no connection chose", async () => {
    const shared: Budget = {
      rate: 100,
      per: "1s",
      scope: "connector",
      reset: { header: "X-Reset", as: "delta_s" },
      remaining: { header: "X-Left" },
      limit: { header: "X-Limit" },
    };
    const waits = async (hosts: readonly string[]): Promise<readonly number[]> => {
      const server = await loopback((_, response) => json(response, {}, 200, { "X-Left": "0", "X-Reset": "60", "X-Limit": "1" }));
      const connector = connectorOf({ op: READ }, { budgets: { api: shared }, hosts });
      const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
      open.push(server, runtime);
      const call = (name: string) => runtime.call("sample/op", { connection: connectionTo(server.origin, { name }), input: {} });
      await call("first");
      const results = [await call("first"), await call("second")];
      return results.map((result) => (result.outcome === "success" ? 0 : 1));
    };
    expect(await waits(["127.0.0.1"])).toEqual([1, 1]);
    expect(await waits(["*"])).toEqual([1, 0]);
  });
});
