// Pins: a sealed secret that opens at another place than its own, in a spelling of that place, or with a part of it; key bytes that show; and
// a new credential that is called proven by what the old one can do.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { environmentKeys, fileKeys, type SealedSecret, type SecretPlace, Vault } from "@mortise/auth";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type Served, serve } from "../../packages/server/src/serve.ts";
import { type Send, script as scriptOf } from "../../packages/server/test/support/client.ts";
import { acme, startVendor, type Vendor } from "../../packages/server/test/support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor, type VendorScript } from "../../packages/server/test/support/scripted-vendor.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const vault = new Vault({ keys: environmentKeys({ env: { MORTISE_KEY: KEY } }), now: Date.now });
const place = (parts: Partial<SecretPlace> = {}): SecretPlace => ({
  tenant: "one",
  connection: "main",
  field: "credential",
  version: 1,
  region: "",
  ...parts,
});

describe("a secret opens at its own place alone", () => {
  it.each<[SecretPlace, SecretPlace]>([
    [place({ tenant: "a", connection: "bc" }), place({ tenant: "ab", connection: "c" })],
    [place({ tenant: "a\u0000", connection: "b" }), place({ tenant: "a", connection: "\u0000b" })],
    [place({ connection: "main", field: "credential" }), place({ connection: "maincredential", field: "" })],
    [place({ version: 1 }), place({ version: 11 })],
    [place({ connection: "é" }), place({ connection: "e\u0301" })],
    [place({ tenant: "One" }), place({ tenant: "one" })],
  ])("%j is not %j", async (own, other) => {
    const sealed = await vault.seal("s3cret-of-one", own);
    const moved = { ...sealed, secret_version: other.version };
    await expect(vault.open(moved, other)).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
    expect(await vault.open(sealed, own)).toBe("s3cret-of-one");
  });

  it("a name with half a surrogate pair, which two names are written alike with, is no place", async () => {
    for (const part of ["tenant", "connection", "field"] as const) {
      const sealed = vault.seal("s3cret-of-one", place({ [part]: "a\ud800" }));
      await expect(sealed.then((found) => vault.open(found, place({ [part]: "a\udfff" })))).rejects.toThrow();
      await expect(sealed.then((found) => vault.open(found, place({ [part]: "a\ufffd" })))).rejects.toThrow();
    }
  });
});

test("parts of two records make no third one, and shorter tags open nothing", async () => {
  const [one, other] = [await vault.seal("one-one-one", place()), await vault.seal("two-two-two", place())];
  const parts = ["wrapped_dek", "iv", "ct", "tag", "check"] as const;
  for (const part of parts) {
    for (const twisted of [
      other[part],
      one[part].slice(0, -1),
      one[part].slice(0, 6),
      "",
      `${one[part]}=`,
      `${one[part]}\n`,
      ` ${one[part]}`,
    ]) {
      const record: SealedSecret = { ...one, [part]: twisted };
      await expect(vault.open(record, place()), `${part} ${twisted.slice(0, 8)}`).rejects.toMatchObject({
        code: "SECRET_TAMPERED",
      });
      await expect(vault.rewrap(record, place()).then((again) => vault.open(again, place()))).rejects.toMatchObject({
        code: "SECRET_TAMPERED",
      });
    }
  }
  for (const shape of [
    null,
    1,
    "x",
    [],
    {},
    { ...one, v: 3 },
    { ...one, v: "2" },
    { ...one, alg: "none" },
    { ...one, ct: 5 },
    { ...one, kek_id: "" },
  ])
    await expect(vault.open(shape as unknown as SealedSecret, place())).rejects.toThrow();
});

test("no two sealings share an iv, a data key or a check, whatever is sealed", async () => {
  const sealed = await Promise.all(Array.from({ length: 500 }, () => vault.seal("the same", place())));
  for (const part of ["iv", "wrapped_dek", "ct", "check"] as const)
    expect(new Set(sealed.map((each) => each[part])).size).toBe(500);
});

test("no key shows where a vault, its keys or what they throw are printed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mortise-keys-"));
  try {
    const path = join(folder, "local.key");
    const keys = fileKeys({ path, now: Date.now });
    const inFile = new Vault({ keys, now: Date.now });
    const { readFileSync, statSync } = await import("node:fs");
    const [{ key }] = (JSON.parse(readFileSync(path, "utf8")) as { keys: [{ key: string }] }).keys;
    expect(statSync(path).mode & 0o077).toBe(0);
    const sealed = await inFile.seal("s3cret", place());
    const refused = await inFile.open({ ...sealed, kek_id: "another" }, place()).catch((error: unknown) => error);
    for (const shown of [keys, inFile, vault, refused, await keys.describe()]) {
      const text = `${inspect(shown, { depth: 20, showHidden: true })}${JSON.stringify(shown)}${String(shown)}`;
      for (const form of [key, KEY, Buffer.from(key, "base64").toString("hex"), Buffer.from(key, "base64").toString("base64url")])
        expect(text).not.toContain(form);
    }
    writeFileSync(path, "not a key at all, and secret", { mode: 0o600 });
    await expect(keys.current()).rejects.toThrow(/^(?!.*not a key)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("a credential that is to take over", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "mortise-rotation-"));
  let vendor: Vendor;
  let vendorScript: VendorScript;
  let seen: SeenRequest[];
  let served: Served;
  let send: Send;
  beforeAll(async () => {
    vendor = await startVendor();
    ({ script: vendorScript, seen } = scriptVendor(vendor));
    served = await serve({
      dataDir,
      port: 0,
      connectors: [acme({ key: { kind: "apiKey", in: "header", name: "Authorization", test: { operation: "whoAmI" } } })],
      deployment: { egress: { allow: [vendor.origin] } },
      log: () => undefined,
    });
    send = scriptOf(served);
    const settings = { baseUrl: vendor.origin };
    const body = { connector: "acme-crm", auth: "key", settings, credential: { apiKey: "the-old-key-0815" } };
    await send("PUT", "/api/v1/connections/crm", body);
    await send("POST", "/api/v1/connections/crm/test", {});
  }, 60_000);
  afterAll(async () => {
    await served?.close();
    await vendor?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("is tried by itself, and says nothing about the one in use where it fails", async () => {
    const health = async () =>
      (await send("GET", "/api/v1/connections")).json<{ connections: { health: { state: string } }[] }>().connections[0]?.health
        .state;
    expect(await health()).toBe("ok");
    vendorScript.apiStatus = 401;
    seen.length = 0;
    const refused = await send("POST", "/api/v1/connections/crm/rotate", { credential: { apiKey: "a-wrong-key-4711" } });
    vendorScript.apiStatus = 200;
    expect(refused.status).toBe(422);
    expect(seen.map(({ authorization }) => authorization)).toEqual(["a-wrong-key-4711"]);
    expect(refused.text).not.toMatch(/a-wrong-key|the-old-key/);
    expect(await health()).toBe("ok");
  });
});
