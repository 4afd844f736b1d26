// Pins: two who spend one refresh token because a lock ran out, was lost or was never had, and a death that leaves no note behind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, embeddedPostgres, ownIdentity, type ProcessIdentity } from "@mortise/engine";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { TokenLeases } from "../../src/store/token-lease.ts";
import { openKeys } from "../../src/vault/open-keys.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-lease-"));
const first = { clientId: "app", clientSecret: "secret-of-the-app", refreshToken: "refresh-0" };
let server: EmbeddedPostgres;
let pool: pg.Pool;
let store: Store;
const opened: TokenLeases[] = [];

beforeAll(async () => {
  server = await embeddedPostgres({ dataDir });
  pool = new pg.Pool({ ...server.connection, max: 8 });
  pool.on("error", () => {});
  store = await openStore(pool, openKeys({ dataDir }), Date.now);
});
beforeEach(async () => {
  await store.connections.remove("help");
  await store.connections.put("help", { connector: "desk@1", settings: {}, credential: first });
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await store?.leases.close();
  await pool?.end();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The leases of a process; `isGone`: who is known to be no more. */
function leasesOf(
  pid: number,
  isGone: (other: ProcessIdentity) => boolean = () => true,
  times: { waitMs?: number; budgetMs?: number } = {},
) {
  const processes = { own: { ...ownIdentity(), pid }, isGone };
  const leases = new TokenLeases({ pool, connections: store.connections, tenant: "default", processes, ...times });
  opened.push(leases);
  return leases;
}

const fresh = (number: number) => ({ ...first, refreshToken: `refresh-${number}`, accessToken: `access-${number}` });

test("L1: whoever waits for a lease reads what the one before has stored, in this process and in others", async () => {
  const leases = [leasesOf(1), leasesOf(2), leasesOf(3)];
  let inside = 0;
  const turns = Array.from({ length: 9 }, (_, index) =>
    leases[index % 3]?.exclusively("help", async (lease) => {
      expect(++inside).toBe(1);
      const spent = Number(lease.credential?.refreshToken?.split("-")[1]);
      await lease.begin();
      expect(lease.interrupted).toBeUndefined();
      expect(await lease.commit(fresh(spent + 1))).toBe(true);
      inside--;
      return spent;
    }),
  );
  expect((await Promise.all(turns)).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("L1: a lease of one connection holds up no other, and whoever waits too long is told so", async () => {
  await store.connections.put("other", { connector: "desk@1", settings: {}, credential: first });
  const [one, two] = [leasesOf(1), leasesOf(2, () => true, { waitMs: 200 })];
  await one.exclusively("help", async () => {
    expect(await two.exclusively("other", async ({ version }) => version)).toBeGreaterThan(0);
    await expect(two.exclusively("help", async () => undefined)).rejects.toMatchObject({ code: "TARGET_SICK" });
  });
});

test("L2: what comes after the owner has entered another credential is not stored over it", async () => {
  await leasesOf(1).exclusively("help", async (lease) => {
    await lease.begin();
    await store.connections.put("help", { connector: "desk@1", settings: {}, credential: fresh(7) });
    expect(await lease.commit(fresh(1))).toBe(false);
  });
  await leasesOf(2).exclusively("help", async ({ credential, interrupted }) => {
    expect(credential).toEqual(fresh(7));
    expect(interrupted).toBeUndefined();
  });
});

test("L3: what was begun and never ended is known to the next, since when it was first begun, until the credential is another", async () => {
  const end = new Error("the process dies here");
  const begins = leasesOf(1).exclusively("help", async (lease) => {
    await lease.begin();
    throw end;
  });
  await expect(begins).rejects.toBe(end);
  const seen: (number | undefined)[] = [];
  for (const pid of [2, 3]) {
    await leasesOf(pid).exclusively("help", async (lease) => {
      seen.push(lease.interrupted?.sinceMs);
      await lease.begin();
      await lease.abandon("invalid_grant");
    });
  }
  expect(seen[0]).toBeGreaterThan(Date.now() - 60_000);
  expect(seen[1]).toBe(seen[0]);
  await leasesOf(4).exclusively("help", async (lease) => void (await lease.commit(fresh(1))));
  await leasesOf(5).exclusively("help", async (lease) => expect(lease.interrupted).toBeUndefined());
});

test("L3: what was surely not spent leaves no note", async () => {
  await leasesOf(1).exclusively("help", async (lease) => {
    await lease.begin();
    await lease.abandon("THROTTLED");
  });
  await leasesOf(2).exclusively("help", async (lease) => expect(lease.interrupted).toBeUndefined());
});

test("L4: whoever lost the lock and may still be at it is given time to store what comes", async () => {
  const began = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const slow = leasesOf(1).exclusively("help", async (lease) => {
    await lease.begin();
    began.resolve();
    await release.promise;
    expect(await lease.commit(fresh(1))).toBe(true);
  });
  await began.promise;
  const dropped = await pool.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted");
  expect(dropped.rowCount).toBe(1);
  const next = leasesOf(2, () => false).exclusively("help", async ({ credential }) => credential);
  await expect.poll(async () => (await pool.query("select count(*)::int as n from mortise.token_renewals")).rows[0]?.n).toBe(1);
  release.resolve();
  await slow;
  expect(await next).toEqual(fresh(1));
});

test("L4: one whose process is gone, or that has had its time, is waited for no longer", async () => {
  const begin = async (lease: { begin(): Promise<void> }) => lease.begin();
  await leasesOf(1).exclusively("help", begin);
  // It has ended, and what came of it is not known.
  await leasesOf(2, () => false).exclusively("help", async (lease) => expect(lease.interrupted).toBeDefined());
  await pool.query("update mortise.token_renewals set owner = $1", [JSON.stringify({ ...ownIdentity(), pid: 1 })]);
  const held = leasesOf(2, () => false, { waitMs: 300 }).exclusively("help", async () => undefined);
  await expect(held).rejects.toMatchObject({
    code: "TARGET_SICK",
    message: expect.stringContaining("Another process has begun"),
  });
  await leasesOf(3, () => true).exclusively("help", async (lease) => expect(lease.interrupted).toBeDefined());
  await leasesOf(4, () => false, { budgetMs: 1_500 }).exclusively("help", async (lease) =>
    expect(lease.interrupted).toBeDefined(),
  );
});
