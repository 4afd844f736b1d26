// Pins: a connection that nobody uses and whose refresh token dies of it, one that has ended and nobody is told, and a sweep that renews
// what another process has just renewed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, embeddedPostgres, ownIdentity } from "@mortise/engine";
import { createRuntime, type Runtime } from "@mortise/runtime";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ConnectionHealthStore } from "../../src/store/connection-health-store.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { renewedCredentials } from "../../src/store/renewed-credentials.ts";
import { TokenLeases } from "../../src/store/token-lease.ts";
import { Sweep } from "../../src/tokens/sweep.ts";
import { openKeys } from "../../src/vault/open-keys.ts";
import { type DeskVendor, desk, deskVendor } from "./desk.ts";
import { databaseOf } from "./soak/database-of.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-sweep-"));
const HOUR = 3_600_000;
let server: EmbeddedPostgres;
let pool: pg.Pool;
let store: Store;
let vendor: DeskVendor;
let offsetMs = 0;
const now = () => Date.now() + offsetMs;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await embeddedPostgres({ dataDir });
  pool = new pg.Pool({ ...server.connection, max: 8 });
  store = await openStore(pool, openKeys({ dataDir }), now);
  vendor = await deskVendor();
});
beforeEach(async () => {
  for (const { name } of await store.connections.list()) await store.connections.remove(name);
  offsetMs = 0;
  vendor.grants = 0;
  vendor.life = 3_600;
});
afterAll(async () => {
  for (const close of closers) await close();
  await store?.leases.close();
  await pool?.end();
  await server?.stop();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const client = { clientId: "app", clientSecret: "secret-of-the-app" };
const put = (name: string, credential: Record<string, string>, auth = "login") =>
  store.connections.put(name, { connector: "desk@1", settings: { baseUrl: vendor.origin }, auth, credential });

/** One process of the deployment. */
function worker(): { readonly runtime: Runtime; readonly health: ConnectionHealthStore; look(): Promise<number> } {
  const processes = { own: ownIdentity(), isGone: () => true };
  const leases = new TokenLeases({ pool, connections: store.connections, tenant: "default", processes });
  const health = new ConnectionHealthStore({ db: databaseOf(pool), tenant: "default", now, log: (line) => expect.fail(line) });
  const runtime = createRuntime({
    connectors: [desk],
    connections: async (name) => {
      const found = await store.connections.find(name);
      const credential = await store.connections.credential(name);
      return (
        found && {
          name,
          connector: found.connector,
          settings: found.settings,
          auth: found.auth ?? "login",
          ...(credential ? { credential } : {}),
        }
      );
    },
    credentialStore: renewedCredentials(store.connections, leases),
    healthReporter: health,
    egress: { allow: [vendor.origin] },
    clock: { now, sleep: async () => undefined },
  });
  const sweep = new Sweep({
    health,
    runtime,
    clock: { sleep: async () => undefined, random: () => 0 },
    log: (line) => expect.fail(line),
  });
  closers.push(async () => {
    await sweep.close();
    await runtime.close();
    await leases.close();
  });
  return {
    runtime,
    health,
    look: async () => {
      const done = await sweep.look();
      await health.settled();
      return done;
    },
  };
}

test("a connection that nobody uses is planned at the first look and renewed when it is due, by one process", async () => {
  await put("help", { ...client, refreshToken: "refresh-0", accessToken: "access-0", expiresAt: String(now() + HOUR) });
  await put("keyed", { apiKey: "key-of-the-owner" }, "key");
  const [one, two] = [worker(), worker()];
  expect(await one.look()).toBe(2);
  expect(await two.look()).toBe(0);
  expect(vendor.grants).toBe(0);
  const planned = (await one.health.all()).get("help");
  expect(planned).toMatchObject({ state: "unknown", expiresAtMs: expect.any(Number) });
  expect((planned?.nextRefreshMs ?? 0) - now()).toBeGreaterThan(0.7 * HOUR);

  offsetMs = 0.81 * HOUR;
  expect((await Promise.all([one.look(), two.look()])).toSorted()).toEqual([0, 1]);
  expect(vendor.grants).toBe(1);
  expect((await one.health.all()).get("help")).toMatchObject({ state: "ok", lastSuccessMs: expect.any(Number) });
  expect(await store.connections.credential("help")).toMatchObject({ accessToken: "access-1", refreshToken: "refresh-1" });
});

test("what a call has renewed since is due later", async () => {
  vendor.life = 100;
  await put("help", { ...client, refreshToken: "refresh-0" });
  const { runtime, health, look } = worker();
  expect(await runtime.call("desk/whoAmI", { connection: "help", input: {} })).toMatchObject({ outcome: "success" });
  await health.settled();
  expect(await look()).toBe(0);
  offsetMs = 81_000;
  expect(await runtime.call("desk/whoAmI", { connection: "help", input: {} })).toMatchObject({ outcome: "success" });
  await health.settled();
  expect(vendor.grants).toBe(2);
  expect(await look()).toBe(0);
  offsetMs = 163_000;
  expect(await look()).toBe(1);
  expect(vendor.grants).toBe(3);
});

test("a token that ends and cannot be renewed shows as expiring, then its owner is told though nobody used it", async () => {
  await put("help", { ...client, accessToken: "access-0", expiresAt: String(now() + HOUR) });
  const { runtime, health, look } = worker();
  expect(await runtime.call("desk/whoAmI", { connection: "help", input: {} })).toMatchObject({ outcome: "success" });
  await look();
  offsetMs = 0.9 * HOUR;
  expect(await look()).toBe(0);
  expect((await health.all()).get("help")?.state).toBe("expiring");
  offsetMs = 1.01 * HOUR;
  expect(await look()).toBe(1);
  expect((await health.all()).get("help")).toMatchObject({ state: "needs_reauth", reason: { code: "no_refresh_token" } });
  expect(await health.events(0, 10)).toMatchObject([{ connection: "help", from: "ok", to: "needs_reauth" }]);
  offsetMs = 2 * HOUR;
  expect(await look()).toBe(0);
});

test("calls of two processes whose token the vendor refuses renew it once, and all take what came", async () => {
  await put("help", { ...client, refreshToken: "refresh-0" });
  const [one, two] = [worker(), worker()];
  const call = async ({ runtime }: { readonly runtime: Runtime }) =>
    (await runtime.call("desk/whoAmI", { connection: "help", input: {} })).outcome;
  expect([await call(one), await call(two)]).toEqual(["success", "success"]);
  expect(vendor.grants).toBe(1);
  const stale = await store.connections.readCredential("help", { purpose: "call", actor: "runtime" });
  const held = { ...(stale?.fields ?? {}), accessToken: "access-taken-back" };
  expect(await store.connections.swapCredential("help", held, stale?.version ?? 0)).toBe(true);
  expect(await Promise.all([one, two, one, two].map(call))).toEqual(Array(4).fill("success"));
  expect(vendor.grants).toBe(2);
});
