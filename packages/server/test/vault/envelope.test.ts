// Pins: a credential that opens for another owner, after its bytes were changed, or from a key file that others can read.
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open, seal } from "../../src/vault/envelope.ts";
import { wrappingKey } from "../../src/vault/wrapping-key.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-vault-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const owner = { tenant: "default", connection: "crm" };
const key = wrappingKey(folder, {});

test("a sealed credential opens for its owner alone", () => {
  const sealed = seal('{"apiKey":"s3cret"}', owner, key);
  expect(JSON.stringify(sealed)).not.toContain("s3cret");
  expect(open(sealed, owner, key)).toBe('{"apiKey":"s3cret"}');
  expect(() => open(sealed, { ...owner, connection: "other" }, key)).toThrow(/crm|other/);
  expect(() => open(sealed, { tenant: "default\u0000", connection: "crm" }, key)).toThrow();
});

test("changed bytes and another key are refused", () => {
  const sealed = seal("text", owner, key);
  const flipped = Buffer.from(sealed.text, "base64url");
  flipped[14] = (flipped[14] ?? 0) ^ 1;
  expect(() => open({ ...sealed, text: flipped.toString("base64url") }, owner, key)).toThrow(/cannot be opened/);
  const other = wrappingKey(undefined, { MORTISE_KEY: Buffer.alloc(32, 7).toString("base64") });
  expect(() => open(sealed, owner, other)).toThrow(/another key/);
});

test("the key file is private, and one that others can read is refused", () => {
  const file = join(folder, "keys", "local.key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  expect(() => wrappingKey(folder, {})).toThrow(/chmod 600|read by others/);
  chmodSync(file, 0o600);
  expect(wrappingKey(folder, {}).id).toBe(key.id);
});

test("a key of another length is refused without being shown", () => {
  expect(() => wrappingKey(undefined, { MORTISE_KEY: "c2hvcnQ=" })).toThrow(/holds 5 bytes, expected 32/);
});
