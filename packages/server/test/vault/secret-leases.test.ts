// Pins: a secret that is handed out though nobody will know of it, or that goes on being used after it was revoked.
import type { KekProvider } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEvent } from "../../src/store/audit-chain.ts";
import type { CredentialRow } from "../../src/store/living-versions.ts";
import { use, type VaultDatabase, vaultDatabase, vaultProcess } from "../support/vault-database.ts";

let database: VaultDatabase;
let names = 0;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const draft = (apiKey = "s3cret") => ({ connector: "acme@1", settings: {}, auth: "key", credential: { apiKey } });
const newName = () => `connection-${++names}`;

async function events(connection: string): Promise<readonly AuditEvent[]> {
  const { rows } = await sql<{ event: AuditEvent }>`select event from mortise.audit where connection = ${connection}
    and event->>'action' like 'lease.%' order by seq`.execute(database.db);
  return rows.map(({ event }) => event);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("many uses are one lease, which tells how many they were and for which runs", async () => {
  const name = newName();
  const { connections, leases } = vaultProcess(database);
  await connections.put(name, draft());
  const readings = Array.from({ length: 30 }, (_, n) => connections.readCredential(name, { ...use, runId: `run-${n % 3}` }));
  const held = await Promise.all(readings);
  expect(new Set(held.map((each) => each?.lease.id)).size).toBe(1);
  await connections.readCredential(name, { purpose: "test", actor: "ada" });
  expect(await events(name)).toMatchObject([
    { action: "lease.granted", actor: "runtime", purpose: "call" },
    { action: "lease.granted", actor: "ada", purpose: "test" },
  ]);
  await leases.close();
  const ended = (await events(name)).slice(2);
  expect(ended).toMatchObject([
    { action: "lease.ended", actor: "runtime", uses: 30, runs: { "run-0": 10, "run-1": 10, "run-2": 10 } },
    { action: "lease.ended", actor: "ada", uses: 1 },
  ]);
});

test("a lease lasts 60 s at most, also when the clock is set back", async () => {
  const name = newName();
  let nowMs = 1_700_000_000_000;
  const { connections, leases } = vaultProcess(database, { now: () => nowMs });
  await connections.put(name, draft());
  const id = async () => (await connections.readCredential(name, use))?.lease.id;
  const first = await id();
  nowMs += 59_999;
  expect(await id()).toBe(first);
  nowMs += 1;
  const second = await id();
  expect(second).not.toBe(first);
  nowMs -= 3_600_000;
  expect(await id()).not.toBe(second);
  await leases.close();
  expect((await events(name)).filter(({ action }) => action === "lease.ended")).toMatchObject([
    { uses: 2 },
    { uses: 1 },
    { uses: 1 },
  ]);
});

test("while the audit is down no secret is handed out, and what was used meanwhile is written first when it is back", async () => {
  const name = newName();
  let down = false;
  let nowMs = 1_700_000_000_000;
  const process = vaultProcess(database, {
    now: () => nowMs,
    audit: (real) => ({
      append: async (all) => {
        if (down) throw new Error("connection refused");
        return await real.append(all);
      },
    }),
  });
  const { connections, leases } = process;
  await connections.put(name, draft());
  await connections.readCredential(name, use);
  down = true;
  await expect(connections.readCredential(name, { purpose: "test", actor: "ada" })).rejects.toMatchObject({
    code: "VAULT_UNAVAILABLE",
  });
  expect((await connections.readCredential(name, use))?.fields).toEqual({ apiKey: "s3cret" });
  nowMs += 60_000;
  await expect(connections.readCredential(name, use)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  down = false;
  await connections.readCredential(name, use);
  expect(await events(name)).toMatchObject([
    { action: "lease.granted" },
    { action: "lease.ended", uses: 2 },
    { action: "lease.granted" },
  ]);
  await leases.close();
});

test("with the table of the audit gone, nothing is read and nothing is stored", async () => {
  const name = newName();
  const { connections } = vaultProcess(database);
  await connections.put(name, draft());
  await sql`alter table mortise.audit_heads rename to audit_heads_gone`.execute(database.db);
  try {
    await expect(connections.readCredential(name, use)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
    await expect(connections.put(name, draft("other"))).rejects.toThrow();
  } finally {
    await sql`alter table mortise.audit_heads_gone rename to audit_heads`.execute(database.db);
  }
  expect((await connections.readCredential(name, use))?.fields).toEqual({ apiKey: "s3cret" });
});

test("a revocation deletes the data key, ends uses here at once and in another process when it looks", async () => {
  const name = newName();
  const [mine, theirs] = [vaultProcess(database), vaultProcess(database)];
  await mine.connections.put(name, draft());
  const here = await mine.connections.readCredential(name, use);
  const there = await theirs.connections.readCredential(name, use);
  expect(await mine.connections.revokeCredential(name, "ada")).toBe(true);
  expect(here?.lease.revoked.reason).toMatchObject({ code: "AUTH_FAILED" });
  expect(there?.lease.revoked.aborted).toBe(false);
  await theirs.look();
  expect(there?.lease.revoked.reason).toMatchObject({ code: "AUTH_FAILED", message: expect.stringContaining("revoked") });
  for (const { connections } of [mine, theirs]) expect(await connections.readCredential(name, use)).toBeUndefined();
  expect(await mine.connections.find(name)).toMatchObject({ hasCredential: false });
  const { rows } = await sql<{
    left: string;
  }>`select count(*) as left from mortise.credentials where connection = ${name}`.execute(database.db);
  expect(rows[0]?.left).toBe("0");
  await until(async () => (await events(name)).filter(({ why }) => why === "revoked").length >= 1);
});

test("another process ends its uses within 5 s by itself", async () => {
  const name = newName();
  const [mine, theirs] = [vaultProcess(database), vaultProcess(database, { timers: true })];
  await mine.connections.put(name, draft());
  const there = await theirs.connections.readCredential(name, use);
  const revokedMs = Date.now();
  await mine.connections.revokeCredential(name, "ada");
  await new Promise((resolve) => there?.lease.revoked.addEventListener("abort", resolve, { once: true }));
  const took = Date.now() - revokedMs;
  console.info(`Revocation in another process: ${took} ms`);
  expect(took).toBeLessThan(5_000);
  await theirs.leases.close();
}, 20_000);

test("what is entered after a revocation is used, and an older revocation does not end it", async () => {
  const [name, other] = [newName(), newName()];
  const { connections, look, leases } = vaultProcess(database);
  await connections.put(name, draft("one"));
  await connections.put(other, draft("other"));
  await connections.readCredential(other, use);
  await connections.revokeCredential(name, "ada");
  await connections.put(name, draft("two"));
  const held = await connections.readCredential(name, use);
  await look();
  await leases.close();
  expect(held).toMatchObject({ fields: { apiKey: "two" }, version: 2 });
  expect(held?.lease.revoked.aborted).toBe(false);
});

test("keys that were unwrapped by a remote provider are forgotten at a revocation, in other processes too", async () => {
  const name = newName();
  let away = false;
  const keys: KekProvider = {
    ...bound(database.keys),
    remote: true,
    unwrap: async (wrapped, binding) => {
      if (away) throw new MortiseError("VAULT_UNAVAILABLE", "The provider is away.");
      return await database.keys.unwrap(wrapped, binding);
    },
  };
  const [mine, theirs] = [vaultProcess(database), vaultProcess(database, { keys })];
  await mine.connections.put(name, draft());
  const row = (await theirs.rows.find(name, "active")) as CredentialRow;
  await theirs.connections.readCredential(name, use);
  away = true;
  expect(await theirs.rows.open(name, row)).toEqual({ apiKey: "s3cret" });
  await mine.connections.revokeCredential(name, "ada");
  await theirs.look();
  await expect(theirs.rows.open(name, row)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
});

function bound(keys: KekProvider): KekProvider {
  return {
    kind: keys.kind,
    place: keys.place,
    region: keys.region,
    remote: keys.remote,
    owns: (id) => keys.owns(id),
    current: () => keys.current(),
    wrap: (dek, binding) => keys.wrap(dek, binding),
    unwrap: (wrapped, binding) => keys.unwrap(wrapped, binding),
    describe: () => keys.describe(),
    disable: (id) => keys.disable(id),
  };
}
