// Pins: a worker that is started while Redis is away and does nothing for a lease and a window, or takes more than its part.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { type BudgetStatus, createRuntime, type RedisOptions } from "../../../src/index.ts";
import { json, loopback } from "../../loopback.ts";
import { at, connectionTo, connectorOf } from "../../sample-connector.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-no-redis-"));
afterAll(() => rmSync(folder, { recursive: true }));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A worker whose Redis is nowhere; its budget is of 12 calls an hour. */
async function worker(options: Partial<RedisOptions>) {
  const vendor = await loopback((_, response) => json(response, {}));
  const told: BudgetStatus[] = [];
  const runtime = createRuntime({
    connectors: [
      connectorOf(
        { op: { request: { method: "GET", url: at("/") }, budget: "api" } },
        { budgets: { api: { rate: 12, per: "1h", scope: "connection" } }, hosts: ["127.0.0.1"] },
      ),
    ],
    egress: { allow: [vendor.origin] },
    redis: { url: join(folder, "nowhere.sock"), ...options },
    onBudgetStatus: (status) => told.push(status),
  });
  open.push(vendor, runtime);
  const call = async (patienceMs = 60_000) => {
    const result = await runtime.call("sample/op", {
      connection: connectionTo(vendor.origin),
      input: {},
      remainingMs: patienceMs,
    });
    return result.outcome === "success" ? "success" : result.error.code;
  };
  return { runtime, vendor, told, call };
}

it("begins with its part at once where the deployment says how many workers there are, takes no more, and says so", async () => {
  const { runtime, vendor, told, call } = await worker({ workers: 4 });
  const ends: string[] = [];
  for (let count = 0; count < 5; count++) ends.push(await call());
  expect(ends).toEqual(["success", "success", "success", "THROTTLED", "THROTTLED"]);
  expect(vendor.seen).toHaveLength(3);
  expect(runtime.status().budgets).toMatchObject({ mode: "alone", workers: 4, reason: expect.any(String) });
  expect(told).toMatchObject([{ mode: "alone", workers: 4 }]);
});

it("waits where nobody says how many there are", async () => {
  const { vendor, call } = await worker({});
  expect(await call(500)).toBe("DEADLINE_EXCEEDED");
  expect(vendor.seen).toHaveLength(0);
});
