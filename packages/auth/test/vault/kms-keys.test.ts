// Pins: a KMS whose refusal is taken for an outage, or that is asked without the place that a key belongs to.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type KmsFailure, kmsKeys, Vault } from "../../src/index.ts";

const place = { tenant: "default", connection: "crm", field: "credential", version: 3, region: "eu-1" };

/** A key service in this process: its keys never leave it, the context is authenticated. */
function service() {
  const keys = new Map([randomKey("k1"), randomKey("k2")]);
  const disabled = new Set<string>();
  const contexts: object[] = [];
  let failure: string | undefined;
  const aad = (context: object) => Buffer.from(JSON.stringify(Object.entries(context).sort()));
  const keyOf = (id: string): Buffer => {
    if (failure) throw Object.assign(new Error("no"), { name: failure });
    const key = keys.get(id);
    if (!key || disabled.has(id)) throw Object.assign(new Error("disabled"), { name: "Disabled" });
    return key;
  };
  return {
    contexts,
    break: (name: string | undefined) => {
      failure = name;
    },
    encrypt: async (plain: Buffer, context: object, id: string) => {
      contexts.push(context);
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", keyOf(id), iv).setAAD(aad(context));
      return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt: async (bytes: Buffer, context: object, id: string) => {
      const decipher = createDecipheriv("aes-256-gcm", keyOf(id), bytes.subarray(0, 12)).setAAD(aad(context));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    },
    disable: async (id: string) => {
      disabled.add(id);
    },
    failureOf: (error: unknown): KmsFailure => {
      const { name, message } = error as Error;
      if (name === "Throttled") return { kind: "throttled", retryAfterMs: 200 };
      if (name === "Disabled") return { kind: "refused" };
      return { kind: /authenticate/.test(message) ? "tampered" : "unavailable" };
    },
  };
}

const randomKey = (id: string): [string, Buffer] => [id, randomBytes(32)];
const options = { place: "the key service", region: "eu-1", now: () => 0 };

test("a data key is wrapped with the place as encryption context, and opens with nothing else", async () => {
  const kms = service();
  const vault = new Vault({ keys: kmsKeys({ ...options, ...kms, keyId: "k1" }), now: () => 0 });
  const sealed = await vault.seal("s3cret", place);
  expect(kms.contexts).toEqual([
    {
      format: "mortise.secret/2",
      tenant: "default",
      connection: "crm",
      field: "credential",
      secret_version: "3",
      region: "eu-1",
    },
  ]);
  vault.forget();
  expect(await vault.open(sealed, place)).toBe("s3cret");
  await expect(vault.open(sealed, { ...place, connection: "shop" })).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
});

test("another key of the service takes over, the old one is disabled there", async () => {
  const kms = service();
  const before = new Vault({ keys: kmsKeys({ ...options, ...kms, keyId: "k1" }), now: () => 0 });
  const sealed = await before.seal("s3cret", place);
  const keys = kmsKeys({ ...options, ...kms, keyId: "k2", older: ["k1"] });
  const after = new Vault({ keys, now: () => 0 });
  const fresh = await after.rewrap(sealed, place);
  expect(fresh.kek_id).toBe("kms:k2");
  await keys.disable("kms:k1");
  after.forget();
  await expect(after.open(sealed, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  expect(await after.open(fresh, place)).toBe("s3cret");
  await expect(keys.disable("kms:k2")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await expect(after.open({ ...fresh, kek_id: "kms:k3" }, place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
});

test("throttled, away and refused are three things", async () => {
  const kms = service();
  const vault = new Vault({ keys: kmsKeys({ ...options, ...kms, keyId: "k1" }), now: () => 0 });
  kms.break("Throttled");
  await expect(vault.seal("x", place)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE", data: { retryAtMs: 200 } });
  kms.break("ECONNREFUSED");
  await expect(vault.seal("x", place)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  kms.break("Disabled");
  await expect(vault.seal("x", place)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
});

test("unwrapped keys are few, wiped when they leave, and gone at the owner's revocation", async () => {
  const kms = service();
  let nowMs = 0;
  const vault = new Vault({ keys: kmsKeys({ ...options, ...kms, keyId: "k1" }), now: () => nowMs, most: 2 });
  const places = ["a", "b", "c"].map((connection) => ({ ...place, connection }));
  const sealed = await Promise.all(places.map((at) => vault.seal("s3cret", at)));
  kms.break("ECONNREFUSED");
  const opens = async () =>
    (await Promise.allSettled(places.map((at, n) => vault.open(sealed[n] as never, at)))).map(({ status }) => status);
  expect(await opens()).toEqual(["rejected", "fulfilled", "fulfilled"]);
  vault.forget("default", "b");
  expect(await opens()).toEqual(["rejected", "rejected", "fulfilled"]);
  nowMs -= 1_000;
  expect(await opens()).toEqual(["rejected", "rejected", "rejected"]);
});
