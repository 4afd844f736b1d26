// Pins: a deployment that seals with another key than its configuration names, or that starts with none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Vault } from "@mortise/auth";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";
import { openKeys } from "../../src/vault/open-keys.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-open-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = Buffer.alloc(32, 7).toString("base64");
const place = { tenant: "default", connection: "crm", field: "credential", version: 1, region: "" };

function config(vault: unknown): string {
  const file = join(folder, "mortise.config.json");
  writeFileSync(file, JSON.stringify({ vault }));
  return file;
}

test("without settings it is MORTISE_KEY where that is set, else a file in the data folder, else nothing", () => {
  expect(openKeys({ dataDir: folder, env: { MORTISE_KEY: key } }).kind).toBe("environment");
  expect(openKeys({ dataDir: folder, env: {} })).toMatchObject({ kind: "file", place: join(folder, "keys", "local.key") });
  expect(() => openKeys({ env: {} })).toThrow(/no key to seal/);
});

test("the configuration decides, relative to its own folder", async () => {
  const { vault } = await loadDeployment({ configFile: config({ provider: "file", file: "own.key", region: "eu" }), env: {} });
  expect(openKeys({ settings: vault, env: { MORTISE_KEY: key } })).toMatchObject({
    kind: "file",
    place: join(folder, "own.key"),
    region: "eu",
  });
});

test("a provider before it still opens, and does not seal", async () => {
  const before = new Vault({ keys: openKeys({ env: { MORTISE_KEY: key } }), now: Date.now });
  const sealed = await before.seal("s3cret", place);
  const settings = { provider: "file", file: join(folder, "new.key"), previous: [{ provider: "environment" }] } as const;
  const keys = openKeys({ settings, env: { MORTISE_KEY: key } });
  const vault = new Vault({ keys, now: Date.now });
  expect(await vault.open(sealed, place)).toBe("s3cret");
  expect((await vault.seal("s3cret", place)).kek_id).not.toBe(sealed.kek_id);
});

test("every mistake is named at once, and a token never goes in plain http over the network", async () => {
  const faults = async (vault: unknown) =>
    await loadDeployment({ configFile: config(vault), env: {} }).catch((error: Error) => error.message);
  expect(await faults({ provider: "hsm" })).toMatch(/\/vault\/provider.*"transit"/);
  const transit = await faults({ provider: "transit", address: "http://bao.internal:8200", tokn: "x", derived: "yes" });
  for (const part of ["/vault/address", "/vault/tokn", "/vault/derived", "/vault/key"]) expect(transit).toContain(part);
  expect(await faults({ provider: "file", previous: [{ provider: "x" }] })).toContain("/vault/previous/0/provider");
  expect(
    await loadDeployment({ configFile: config({ provider: "transit", key: "k", address: "http://127.0.0.1:8200" }), env: {} }),
  ).toBeTruthy();
});

test("nothing is asked of a Transit engine before the first secret, and an unreachable one has a name", async () => {
  const asked: string[] = [];
  const keys = openKeys({
    settings: { provider: "transit", key: "mortise", address: "http://127.0.0.1:1" },
    env: { BAO_TOKEN: "t" },
    transport: async (url) => {
      asked.push(url);
      throw new Error("ECONNREFUSED");
    },
  });
  expect(asked).toEqual([]);
  await expect(keys.current()).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  const without = openKeys({ settings: { provider: "transit", key: "mortise", address: "http://127.0.0.1:1" }, env: {} });
  await expect(without.current()).rejects.toMatchObject({ code: "MISCONFIGURED" });
});
