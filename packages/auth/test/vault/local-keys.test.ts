// Pins: a key file that others can read, a rotation that another process does not notice, a key that is used after it was disabled.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { environmentKeys, fileKeys, keyring, Vault } from "../../src/index.ts";
import { sealFirstFormat } from "./first-format.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = { tenant: "default", connection: "crm", field: "credential", version: 1, region: "" };
const now = () => 1_700_000_000_000;
let files = 0;
const newPath = () => join(folder, `dir-${++files}`, "local.key");
const vaultOf = (keys: ReturnType<typeof fileKeys>) => new Vault({ keys, now });

test("a key file is made once, private, and one that others can read is refused", async () => {
  const path = newPath();
  const first = await fileKeys({ path, now }).current();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await fileKeys({ path, now }).current()).toBe(first);
  chmodSync(path, 0o640);
  expect(() => fileKeys({ path, now })).toThrow(/can be read by others/);
});

test("a file that becomes readable by others is refused at the next use", async () => {
  const path = newPath();
  const vault = vaultOf(fileKeys({ path, now }));
  const sealed = await vault.seal("s3cret", place);
  chmodSync(path, 0o644);
  await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: "MISCONFIGURED" });
});

test("the one key in base64 that the first versions wrote goes on opening what it sealed, and rotates", async () => {
  const path = newPath();
  const first = fileKeys({ path, now });
  await first.current();
  const bytes = Buffer.alloc(32, 5);
  writeFileSync(path, `${bytes.toString("base64")}\n`, { mode: 0o600 });
  const keys = fileKeys({ path, now });
  const vault = vaultOf(keys);
  const old = sealFirstFormat("s3cret", place, bytes);
  expect(await vault.open(old, place)).toBe("s3cret");
  await keys.rotate?.();
  expect(await vault.open(old, place)).toBe("s3cret");
  const fresh = await vault.rewrap(old, place);
  expect(fresh).toMatchObject({ v: 2, kek_id: await keys.current() });
  expect(await vault.open(fresh, place)).toBe("s3cret");
});

test("a rotation in one process is known to the others at their next use", async () => {
  const path = newPath();
  const [mine, theirs] = [fileKeys({ path, now }), fileKeys({ path, now })];
  const before = await vaultOf(theirs).seal("s3cret", place);
  const fresh = await mine.rotate?.();
  expect(await theirs.current()).toBe(fresh);
  expect((await vaultOf(theirs).seal("s3cret", place)).kek_id).toBe(fresh);
  expect(await vaultOf(mine).open(before, place)).toBe("s3cret");
});

test("a key goes from active over decrypt-only and disabled to destroyed, and never past its turn", async () => {
  const path = newPath();
  const keys = fileKeys({ path, now });
  const vault = vaultOf(keys);
  const sealed = await vault.seal("s3cret", place);
  await expect(keys.disable(sealed.kek_id)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await keys.rotate?.();
  await expect(keys.destroy?.(sealed.kek_id)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await keys.disable(sealed.kek_id);
  await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  await expect(vault.rewrap(sealed, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  await keys.enable?.(sealed.kek_id);
  expect(await vault.open(sealed, place)).toBe("s3cret");
  await keys.disable(sealed.kek_id);
  const bytes = (JSON.parse(readFileSync(path, "utf8")) as { keys: { key: string }[] }).keys[0]?.key as string;
  await keys.destroy?.(sealed.kek_id);
  expect(readFileSync(path, "utf8")).not.toContain(bytes);
  await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  await expect(keys.enable?.(sealed.kek_id)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  expect((await keys.describe()).map(({ state }) => state)).toEqual(["destroyed", "active"]);
});

test("a file whose keys do not have their names, or that is something else, is refused without its content", () => {
  const [path, other] = [newPath(), newPath()];
  fileKeys({ path, now });
  fileKeys({ path: other, now });
  const [mine, theirs] = [path, other].map((file) => JSON.parse(readFileSync(file, "utf8")) as { keys: { id: string }[] });
  const renamed = { ...mine, keys: [{ ...mine?.keys[0], id: theirs?.keys[0]?.id }] };
  for (const content of [JSON.stringify(renamed), '{"format":"x"}', '{"secret-of-ours', "c2hvcnQ="]) {
    writeFileSync(path, content, { mode: 0o600 });
    expect(() => fileKeys({ path, now })).toThrow(/cannot be used/);
    expect(() => fileKeys({ path, now })).not.toThrow(/secret-of-ours/);
  }
});

test("keys of the environment: the first seals, all open, none is changed from here", async () => {
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((bytes) => bytes.toString("base64")) as [string, string];
  const before = new Vault({ keys: environmentKeys({ env: { MORTISE_KEY: one } }), now });
  const sealed = await before.seal("s3cret", place);
  const keys = environmentKeys({ env: { MORTISE_KEY: two, MORTISE_KEY_PREVIOUS: ` ${one} ,` } });
  const after = new Vault({ keys, now });
  expect(await after.open(sealed, place)).toBe("s3cret");
  expect((await after.rewrap(sealed, place)).kek_id).toBe(await keys.current());
  await expect(keys.disable(sealed.kek_id)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  expect(() => environmentKeys({ env: { MORTISE_KEY: "c2hvcnQ=" } })).toThrow(/holds 5 bytes, expected 32/);
});

test("a deployment moves from one provider to another: the new one seals, both open", async () => {
  const old = fileKeys({ path: newPath(), now });
  const sealed = await vaultOf(old).seal("s3cret", place);
  const fresh = environmentKeys({ env: { MORTISE_KEY: Buffer.alloc(32, 3).toString("base64") } });
  const both = keyring(fresh, old);
  const vault = new Vault({ keys: both, now });
  expect(await vault.open(sealed, place)).toBe("s3cret");
  expect((await vault.rewrap(sealed, place)).kek_id).toBe(await fresh.current());
  expect((await both.describe()).map(({ state }) => state)).toEqual(["active", "decrypt-only"]);
  await expect(vault.open({ ...sealed, kek_id: "0000000000000000" }, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
});
