// Pins: a reader that fails while keys rotate, a rotation that a kill sends back to its start or leaves halfway, a key that is thrown away
// while secrets are under it. MORTISE_ROTATION_SECRETS says how many secrets the large test moves.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type SealedSecret, Vault } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appendAudit } from "../../src/store/append-audit.ts";
import { verifyAudit } from "../../src/store/verify-audit.ts";
import { destroyKey, disableKey, enableKey } from "../../src/vault/retire-keys.ts";
import { keyReferences, type RotationReport, rotateKeys } from "../../src/vault/rotate-keys.ts";
import { vaultStatus } from "../../src/vault/vault-status.ts";
import { use, type VaultDatabase, vaultDatabase, vaultProcess } from "../support/vault-database.ts";

const SECRETS = Number(process.env.MORTISE_ROTATION_SECRETS ?? 20_000);
const BATCH = 2_000;

let database: VaultDatabase;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const options = () => ({
  ...database,
  vault: new Vault({ keys: database.keys, now: Date.now }),
  tenant: "default",
  actor: "cli",
  now: Date.now,
});

/** Seals many secrets at once, each with the event that says that it lives. */
async function fill(count: number): Promise<number> {
  const vault = new Vault({ keys: database.keys, now: Date.now });
  const startedMs = performance.now();
  let sealingMs = 0;
  for (let first = 0; first < count; first += BATCH) {
    const names = Array.from({ length: Math.min(BATCH, count - first) }, (_, n) => `c${String(first + n).padStart(7, "0")}`);
    const beganMs = performance.now();
    const sealed: SealedSecret[] = [];
    for (const connection of names) {
      const place = { tenant: "default", connection, field: "credential", version: 1, region: "" };
      sealed.push(await vault.seal(JSON.stringify({ apiKey: `key of ${connection}` }), place));
    }
    sealingMs += performance.now() - beganMs;
    await database.db.transaction().execute(async (trx) => {
      await sql`insert into mortise.connections (tenant, name, connector) select 'default', name, 'acme@1' from unnest(${names}::text[]) as x (name)`.execute(
        trx,
      );
      await sql`insert into mortise.credentials (tenant, connection, version, kek_id, sealed)
        select 'default', name, 1, sealed->>'kek_id', sealed
        from unnest(${names}::text[], ${sealed.map((each) => JSON.stringify(each))}::jsonb[]) as x (name, sealed)`.execute(trx);
      const events = names.map((connection, n) => ({
        action: "credential.stored" as const,
        actor: "owner",
        connection,
        living: { active: { version: 1, check: (sealed[n] as SealedSecret).check } },
        highest: 1,
      }));
      await appendAudit(trx, "default", events, Date.now());
    });
  }
  console.info(
    `Sealed ${count} secrets in ${Math.round(sealingMs)} ms (${((sealingMs * 1_000) / count).toFixed(1)} µs each), with storing ${Math.round(performance.now() - startedMs)} ms`,
  );
  return count;
}

/** Runs the rotation in a process of its own; kills it without warning once `killAt` secrets are done. */
async function rotateInProcess(killAt: number): Promise<RotationReport | undefined> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "rotate-process.ts"), database.dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, MORTISE_KEY: "" },
  });
  let report: RotationReport | undefined;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { done?: number; report?: RotationReport };
    report = said.report ?? report;
    if ((said.done ?? 0) >= killAt) child.kill("SIGKILL");
  }
  await exited;
  return report;
}

test(`${SECRETS} secrets move to a new key while they are read, the rotation killed in between: no read fails`, async () => {
  await fill(SECRETS);
  const before = await database.keys.current();
  const reader = vaultProcess(database);
  const writer = vaultProcess(database);
  let [reads, failed, writes, reading] = [0, 0, 0, true];
  const readers = Array.from({ length: 3 }, async (_, r) => {
    for (let n = r; reading; n += 7) {
      const name = `c${String((n * 7_919) % SECRETS).padStart(7, "0")}`;
      const held = await reader.connections.readCredential(name, use).catch((error: unknown) => {
        console.error(name, error);
        return undefined;
      });
      reads++;
      if (!held?.fields.apiKey?.startsWith(`key of ${name}`)) failed++;
    }
  });
  const writing = (async () => {
    for (let n = 0; reading; n++) {
      const name = `c${String((n * 104_729) % SECRETS).padStart(7, "0")}`;
      const held = await writer.connections.readCredential(name, { ...use, purpose: "refresh" });
      if (await writer.connections.swapCredential(name, { apiKey: `key of ${name}, renewed` }, held?.version ?? 0)) writes++;
      else failed++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const startedMs = performance.now();
  try {
    expect(await rotateInProcess(SECRETS * 0.3)).toBeUndefined();
    const between = await vaultStatus(database.db, database.keys, "default", Date.now());
    expect(between.rotation).toBeDefined();
    expect(between.rotation?.done).toBeGreaterThanOrEqual(SECRETS * 0.3);
    expect(between.keys.map(({ secrets }) => secrets > 0)).toEqual([true, true]);
    const report = await rotateInProcess(Number.POSITIVE_INFINITY);
    const tookMs = performance.now() - startedMs;
    expect(report).toMatchObject({ resumed: true, refused: [], unused: [before] });
    console.info(
      `Rotated ${SECRETS} secrets in ${Math.round(tookMs)} ms with one SIGKILL (${Math.round((SECRETS / tookMs) * 1_000)}/s); meanwhile ${reads} reads, ${writes} writes, ${failed} failed`,
    );
  } finally {
    reading = false;
    await Promise.all([...readers, writing]);
  }
  expect(failed).toBe(0);
  expect(reads).toBeGreaterThan(0);
  expect(writes).toBeGreaterThan(0);
  const references = await keyReferences(database.db);
  expect([...references]).toEqual([[await database.keys.current(), SECRETS]]);
  await Promise.all([reader.leases.close(), writer.leases.close()]);
  expect(await verifyAudit(database.db)).toMatchObject({ ok: true });
  await sql`delete from mortise.connections`.execute(database.db);
}, 240_000);

test("a rotation changes the wrapped key alone, and does it on top of what was written meanwhile", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("alone", { connector: "acme@1", settings: {}, auth: "key", credential: { apiKey: "s3cret" } });
  const sealedOf = async () =>
    (await database.db.selectFrom("credentials").select("sealed").where("connection", "=", "alone").executeTakeFirstOrThrow())
      .sealed as SealedSecret;
  const before = await sealedOf();
  await rotateKeys(options());
  const after = await sealedOf();
  expect(after).toEqual({ ...before, kek_id: after.kek_id, wrapped_dek: after.wrapped_dek });
  expect(after.kek_id).not.toBe(before.kek_id);
  expect(await connections.readCredential("alone", use)).toMatchObject({ fields: { apiKey: "s3cret" }, version: 1 });
}, 120_000);

test("two rotations at once are one: the other is refused", async () => {
  const held = await database.pool.connect();
  await held.query("select pg_advisory_lock(6837466)");
  await expect(rotateKeys({ ...options(), waitMs: 0 })).rejects.toMatchObject({ code: "CONFLICT" });
  held.release(true);
});

test("a secret that does not open is named, keeps its key, and holds nobody up", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("broken", { connector: "acme@1", settings: {}, auth: "key", credential: { apiKey: "s3cret" } });
  await sql`update mortise.credentials set sealed = jsonb_set(sealed, '{check}', '"x"') where connection = 'broken'`.execute(
    database.db,
  );
  const report = await rotateKeys({ ...options(), newKey: true });
  expect(report.refused).toEqual([{ connection: "broken", code: "SECRET_TAMPERED" }]);
  expect(report.done).toBeGreaterThan(0);
  await connections.remove("broken");
  expect((await rotateKeys({ ...options(), newKey: false })).refused).toEqual([]);
}, 120_000);

test("a provider that goes away in the middle ends the rotation, which goes on later", async () => {
  await fill(6);
  let calls = 0;
  const { keys } = database;
  const away = () => Promise.reject(new MortiseError("VAULT_UNAVAILABLE", "The provider is away."));
  const flaky = new Vault({
    now: Date.now,
    keys: {
      kind: keys.kind,
      place: keys.place,
      region: keys.region,
      remote: false,
      owns: (id) => keys.owns(id),
      current: () => keys.current(),
      rotate: () => keys.rotate?.() ?? away(),
      describe: () => keys.describe(),
      disable: (id) => keys.disable(id),
      unwrap: (wrapped, binding) => keys.unwrap(wrapped, binding),
      wrap: (dek, binding) => (++calls < 5 ? keys.wrap(dek, binding) : away()),
    },
  });
  await expect(rotateKeys({ ...options(), vault: flaky })).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  expect(await rotateKeys(options())).toMatchObject({ resumed: true, refused: [] });
}, 120_000);

test("a key is destroyed only when nothing is under it, after it was disabled, by two approvers", async () => {
  const { connections } = vaultProcess(database);
  const retiring = { ...database, tenant: "default", actor: "cli", now: Date.now };
  const old = await database.keys.current();
  await expect(disableKey(retiring, old)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await database.keys.rotate?.();
  await expect(destroyKey(retiring, old, "ada")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  expect(await disableKey(retiring, old)).toBeGreaterThan(0);
  await expect(connections.readCredential("alone", use)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  await expect(destroyKey(retiring, old, "ada")).rejects.toMatchObject({
    code: "NOT_ALLOWED",
    message: expect.stringMatching(/secrets are still/),
  });
  await enableKey(retiring, old);
  await rotateKeys({ ...options(), newKey: false });
  expect(await disableKey(retiring, old)).toBe(0);
  expect(await destroyKey(retiring, old, "ada")).toEqual({ destroyed: false, approvers: ["ada"] });
  expect(await destroyKey(retiring, old, "ada")).toEqual({ destroyed: false, approvers: ["ada"] });
  expect(await destroyKey(retiring, old, "grace")).toEqual({ destroyed: true, approvers: ["ada", "grace"] });
  expect((await database.keys.describe()).find(({ id }) => id === old)).toMatchObject({ state: "destroyed" });
  expect(await connections.readCredential("alone", use)).toMatchObject({ fields: { apiKey: "s3cret" } });
}, 120_000);
