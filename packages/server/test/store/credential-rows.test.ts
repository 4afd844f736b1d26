// Pins: a sealed row that is carried, cut or put back from an older state of the database and is used all the same; a version that is used
// twice. Prints how many of each kind were refused.
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sealFirstFormat } from "../../../auth/test/vault/first-format.ts";
import { openKeys } from "../../src/vault/open-keys.ts";
import { rotateKeys } from "../../src/vault/rotate-keys.ts";
import { use, type VaultDatabase, vaultDatabase, vaultProcess } from "../support/vault-database.ts";

let database: VaultDatabase;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const draft = (apiKey: string) => ({ connector: "acme@1", settings: {}, auth: "key", credential: { apiKey } });
const counts = new Map<string, { tried: number; refused: number }>();
afterAll(() => {
  const rows = [...counts].map(([kind, { tried, refused }]) => `  ${kind}: ${refused} of ${tried} refused`);
  console.info(`Tampering in the database\n${rows.join("\n")}`);
});

interface Saved {
  readonly tenant: string;
  readonly connection: string;
  readonly state: string;
  readonly version: string;
  readonly kek_id: string;
  readonly region: string;
  readonly sealed: object;
}

async function saved(connection: string, tenant = "default"): Promise<Saved> {
  const { rows } = await sql<Saved>`select * from mortise.credentials where tenant = ${tenant} and connection = ${connection}
    and state = 'active'`.execute(database.db);
  return rows[0] as Saved;
}

/** Puts a row in the place of the active one of a connection, as somebody with the database's password can. */
async function put(row: Partial<Saved>, connection: string, tenant = "default"): Promise<void> {
  const { version, kek_id, region, sealed } = { ...(await saved(connection, tenant)), ...row };
  await sql`insert into mortise.credentials (tenant, connection, version, kek_id, region, sealed)
    values (${tenant}, ${connection}, ${version}, ${kek_id}, ${region}, ${JSON.stringify(sealed)}::jsonb)
    on conflict (tenant, connection, field, state) do update set version = excluded.version, kek_id = excluded.kek_id,
      region = excluded.region, sealed = excluded.sealed`.execute(database.db);
}

async function refused(kind: string, reading: Promise<unknown>): Promise<void> {
  const count = counts.get(kind) ?? { tried: 0, refused: 0 };
  counts.set(kind, count);
  count.tried++;
  const outcome = await reading.then(
    (held) => `read: ${JSON.stringify((held as { fields?: unknown })?.fields)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );
  if (outcome === "SECRET_TAMPERED" || outcome === "VAULT_KEY_REFUSED") count.refused++;
  expect(outcome, kind).toMatch(/^(SECRET_TAMPERED|VAULT_KEY_REFUSED)$/);
}

test("a version is swapped for the next by one of many, and never comes again, not even after a deletion", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("swap", draft("one"));
  expect(await connections.readCredential("swap", use)).toMatchObject({ fields: { apiKey: "one" }, version: 1 });
  const swaps = await Promise.all(
    Array.from({ length: 8 }, (_, n) => connections.swapCredential("swap", { apiKey: `two-${n}` }, 1)),
  );
  expect(swaps.filter(Boolean)).toHaveLength(1);
  expect(await connections.readCredential("swap", use)).toMatchObject({ version: 2 });
  expect(await connections.swapCredential("swap", { apiKey: "late" }, 1)).toBe(false);
  expect(await connections.remove("swap")).toBe(true);
  expect(await connections.readCredential("swap", use)).toBeUndefined();
  await connections.put("swap", draft("three"));
  expect(await connections.readCredential("swap", use)).toMatchObject({ fields: { apiKey: "three" }, version: 3 });
  expect(await connections.swapCredential("nobody", { apiKey: "x" }, 1)).toBe(false);
});

test("a credential is kept where connector and way to sign in stay, and dropped where they do not", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("kept", draft("one"));
  const { credential: _, ...without } = draft("");
  await connections.put("kept", { ...without, connector: "acme@2" });
  expect(await connections.readCredential("kept", use)).toMatchObject({ fields: { apiKey: "one" }, version: 1 });
  await connections.put("kept", { ...without, auth: "other" });
  expect(await connections.readCredential("kept", use)).toBeUndefined();
  expect(await connections.find("kept")).toMatchObject({ hasCredential: false });
  await connections.put("kept", draft("two"));
  expect(await connections.readCredential("kept", use)).toMatchObject({ version: 2 });
});

test("every older row that is put back is refused, and so is a row after its deletion", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("rolled", draft("v1"));
  const older = [await saved("rolled")];
  for (let version = 1; version < 6; version++) {
    expect(await connections.swapCredential("rolled", { apiKey: `v${version + 1}` }, version)).toBe(true);
    older.push(await saved("rolled"));
  }
  const newest = older.pop() as Saved;
  for (const row of older) {
    await put(row, "rolled");
    await refused("older row put back", connections.readCredential("rolled", use));
    await put({ ...row, version: newest.version }, "rolled");
    await refused("older row put back under the newest version", connections.readCredential("rolled", use));
  }
  await put(newest, "rolled");
  expect(await connections.readCredential("rolled", use)).toMatchObject({ fields: { apiKey: "v6" } });
  await connections.revokeCredential("rolled", "owner");
  for (const row of [...older, newest]) {
    await put(row, "rolled");
    await refused("revoked row put back", connections.readCredential("rolled", use));
  }
  await connections.put("rolled", draft("v8"));
  expect(await connections.readCredential("rolled", use)).toMatchObject({ fields: { apiKey: "v8" }, version: 7 });
});

test("a row of another state of the database with the same version number is refused", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("forked", draft("one"));
  const first = await saved("forked");
  await sql`delete from mortise.audit where tenant = 'default' and connection = 'forked'`.execute(database.db);
  await sql`delete from mortise.credentials where connection = 'forked'`.execute(database.db);
  await connections.put("forked", draft("two"));
  expect((await saved("forked")).version).toBe(first.version);
  await put(first, "forked");
  await refused("row of a fork with the same version", connections.readCredential("forked", use));
});

test("rows that are exchanged between connections and tenants are refused, whatever is renumbered with them", async () => {
  const [mine, other] = [vaultProcess(database), vaultProcess(database, { tenant: "other" })];
  const owners = [
    { process: mine, name: "a", tenant: "default" },
    { process: mine, name: "b", tenant: "default" },
    { process: other, name: "a", tenant: "other" },
  ] as const;
  for (const { process, name } of owners) await process.connections.put(name, draft(`of ${name}`));
  const rows = await Promise.all(owners.map(({ name, tenant }) => saved(name, tenant)));
  for (const [from, row] of rows.entries())
    for (const [to, { process, name, tenant }] of owners.entries()) {
      if (from === to) continue;
      await put(row, name, tenant);
      await refused("row of another connection or tenant", process.connections.readCredential(name, use));
      await put(rows[to] as Saved, name, tenant);
      expect(await process.connections.readCredential(name, use)).toBeDefined();
    }
});

test("changed bytes, another region and another key are refused in the row as in the record", async () => {
  const { connections } = vaultProcess(database);
  await connections.put("bytes", draft("s3cret"));
  const row = await saved("bytes");
  for (const [part, value] of Object.entries(row.sealed)) {
    if (typeof value !== "string" || part === "alg") continue;
    for (let length = 0; length < value.length; length += 4) {
      await put({ ...row, sealed: { ...row.sealed, [part]: value.slice(0, length) } }, "bytes");
      await refused("part cut in the row", connections.readCredential("bytes", use));
    }
  }
  await put({ ...row, region: "us" }, "bytes");
  await refused("another region in the row", connections.readCredential("bytes", use));
  await put({ ...row, sealed: {} }, "bytes");
  await refused("no record in the row", connections.readCredential("bytes", use));
  await put(row, "bytes");
  expect(await connections.readCredential("bytes", use)).toMatchObject({ fields: { apiKey: "s3cret" } });
});

test("a row of the first format opens, cannot be put back once something was written after it, and a rotation seals it anew", async () => {
  const bytes = randomBytes(32);
  const keys = openKeys({ env: { MORTISE_KEY: bytes.toString("base64") } });
  const process = vaultProcess(database, { keys });
  const { connections, vault } = process;
  const first = (connection: string) => sealFirstFormat('{"apiKey":"old"}', { tenant: "default", connection }, bytes);
  for (const name of ["first", "second"]) {
    const { credential: _, ...without } = draft("");
    await connections.put(name, without);
    await put({ version: "1", kek_id: first(name).kekId, region: "", sealed: first(name) }, name);
    expect(await connections.readCredential(name, use)).toMatchObject({ fields: { apiKey: "old" }, version: 1 });
  }
  const old = await saved("first");
  expect(await connections.swapCredential("first", { apiKey: "new" }, 1)).toBe(true);
  expect((await saved("first")).sealed).toMatchObject({ v: 2, secret_version: 2 });
  await put(old, "first");
  await refused("row of the first format put back", connections.readCredential("first", use));
  await sql`delete from mortise.credentials where connection not in ('second')`.execute(database.db);
  expect(await rotateKeys({ ...database, vault, tenant: "default", actor: "cli", now: Date.now })).toMatchObject({
    done: 1,
    refused: [],
  });
  expect((await saved("second")).sealed).toMatchObject({ v: 2, secret_version: 1 });
  expect(await connections.readCredential("second", use)).toMatchObject({ fields: { apiKey: "old" }, version: 1 });
});
