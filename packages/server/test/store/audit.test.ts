// Pins: an audit that can be changed, cut or reordered without anybody noticing, or whose events of one moment overtake each other.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog } from "../../src/store/audit-log.ts";
import { verifyAudit } from "../../src/store/verify-audit.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";

let database: VaultDatabase;
let tenants = 0;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const event = (n: number) => ({ action: "lease.granted", actor: "runtime", connection: "crm", lease: `l${n}` }) as const;

/** A chain of its own with ten entries. */
async function chain(): Promise<string> {
  const tenant = `tenant-${++tenants}`;
  const log = new AuditLog(database.db, tenant, () => 1_700_000_000_000);
  for (let n = 0; n < 10; n++) await log.append([event(n)]);
  return tenant;
}

const verify = async (tenant: string, head?: { seq: number; hash: string }) =>
  await verifyAudit(database.db, { tenant, ...(head ? { head } : {}) });

test("events of many writers in many processes make one unbroken chain, each entry once", async () => {
  const tenant = `tenant-${++tenants}`;
  const logs = Array.from({ length: 6 }, () => new AuditLog(database.db, tenant, Date.now));
  const seqs = await Promise.all(logs.flatMap((log, l) => Array.from({ length: 50 }, (_, n) => log.append([event(l * 50 + n)]))));
  const report = await verify(tenant);
  expect(report).toMatchObject({ ok: true, tenants: [{ entries: 300, head: { seq: 300 } }] });
  expect(Math.max(...seqs)).toBe(300);
  const { rows } = await sql<{
    leases: string;
  }>`select count(distinct event->>'lease') as leases from mortise.audit where tenant = ${tenant}`.execute(database.db);
  expect(rows[0]?.leases).toBe("300");
});

test("events of one writer stay in their order", async () => {
  const tenant = `tenant-${++tenants}`;
  const log = new AuditLog(database.db, tenant, Date.now);
  await Promise.all(Array.from({ length: 40 }, (_, n) => log.append([event(n)])));
  const { rows } = await sql<{
    lease: string;
  }>`select event->>'lease' as lease from mortise.audit where tenant = ${tenant} order by seq`.execute(database.db);
  expect(rows.map(({ lease }) => lease)).toEqual(Array.from({ length: 40 }, (_, n) => `l${n}`));
});

test.each([
  [
    "a changed event",
    (t: string) =>
      sql`update mortise.audit set event = replace(event::text, 'crm', 'shop')::json where tenant = ${t} and seq = 4`,
    4,
  ],
  [
    "a changed time",
    (t: string) =>
      sql`update mortise.audit set event = replace(event::text, '2023-', '2022-')::json where tenant = ${t} and seq = 4`,
    4,
  ],
  ["a changed hash", (t: string) => sql`update mortise.audit set hash = repeat('0', 64) where tenant = ${t} and seq = 4`, 4],
  ["a missing entry", (t: string) => sql`delete from mortise.audit where tenant = ${t} and seq = 4`, 4],
  ["a missing beginning", (t: string) => sql`delete from mortise.audit where tenant = ${t} and seq < 4`, 1],
  ["a cut-off end", (t: string) => sql`delete from mortise.audit where tenant = ${t} and seq > 7`, 8],
  [
    "another chain's entry",
    (t: string) =>
      sql`update mortise.audit set event = (select event from mortise.audit where tenant = 'tenant-1' and seq = 4) where tenant = ${t} and seq = 4`,
    4,
  ],
  [
    "two entries exchanged",
    (t: string) => sql`update mortise.audit a set event = b.event, hash = b.hash from mortise.audit b
     where a.tenant = ${t} and b.tenant = ${t} and a.seq in (4, 5) and b.seq = 9 - a.seq`,
    4,
  ],
  [
    "an entry put in at the end",
    (t: string) =>
      sql`insert into mortise.audit (tenant, seq, event, hash) select tenant, 11, event, hash from mortise.audit where tenant = ${t} and seq = 10`,
    11,
  ],
  ["a changed head", (t: string) => sql`update mortise.audit_heads set hash = repeat('0', 64) where tenant = ${t}`, 11],
])("%s is named by its first bad entry", async (_, change, seq) => {
  const tenant = await chain();
  expect(await verify(tenant)).toMatchObject({ ok: true });
  await change(tenant).execute(database.db);
  expect(await verify(tenant)).toMatchObject({ ok: false, bad: [{ tenant, seq }] });
});

test("an end that was cut off together with its head shows against a head that was noted outside", async () => {
  const tenant = await chain();
  const noted = (await verify(tenant)).tenants[0]?.head as { seq: number; hash: string };
  expect(await verify(tenant, noted)).toMatchObject({ ok: true });
  await sql`delete from mortise.audit where tenant = ${tenant} and seq > 7`.execute(database.db);
  await sql`update mortise.audit_heads h set seq = 7, hash = a.hash from mortise.audit a
    where h.tenant = ${tenant} and a.tenant = ${tenant} and a.seq = 7`.execute(database.db);
  expect(await verify(tenant)).toMatchObject({ ok: true });
  expect(await verify(tenant, noted)).toMatchObject({ ok: false, bad: [{ seq: 8 }] });
  const log = new AuditLog(database.db, tenant, Date.now);
  for (let n = 0; n < 5; n++) await log.append([event(n)]);
  expect(await verify(tenant, noted)).toMatchObject({ ok: false, bad: [{ seq: 10 }] });
});
