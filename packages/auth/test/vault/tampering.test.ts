// Pins: a record that was changed, swapped, cut or carried elsewhere and opens all the same. Prints how many of each kind were refused.
import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { environmentKeys, type SealedSecret, type SecretPlace, Vault } from "../../src/index.ts";
import { sealFirstFormat } from "./first-format.ts";

const [one, two] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString("base64")) as [string, string];
const keys = environmentKeys({ env: { MORTISE_KEY: one, MORTISE_KEY_PREVIOUS: two }, region: "eu" });
const vault = new Vault({ keys, now: Date.now });
const place: SecretPlace = { tenant: "acme", connection: "crm", field: "credential", version: 7, region: "eu" };
const counts = new Map<string, { tried: number; refused: number }>();
afterAll(() => {
  const rows = [...counts].map(([kind, { tried, refused }]) => `  ${kind}: ${refused} of ${tried} refused`);
  console.info(`Tampering\n${rows.join("\n")}`);
});

/** Counts what happens to one attempt, and names the error that refused it. */
async function attempt(kind: string, sealed: unknown, at: SecretPlace = place): Promise<void> {
  const count = counts.get(kind) ?? { tried: 0, refused: 0 };
  counts.set(kind, count);
  count.tried++;
  const outcome = await vault.open(sealed as SealedSecret, at).then(
    (plain) => `opened: ${plain}`,
    (error: { code?: string }) => error.code,
  );
  if (outcome === "SECRET_TAMPERED" || outcome === "VAULT_KEY_REFUSED") count.refused++;
  expect(outcome, kind).toMatch(/^(SECRET_TAMPERED|VAULT_KEY_REFUSED)$/);
}

const PARTS = ["wrapped_dek", "iv", "ct", "tag", "check"] as const;

test("every bit of every part is authenticated", async () => {
  const sealed = await vault.seal('{"apiKey":"s3cret"}', place);
  for (const part of PARTS) {
    const bytes = Buffer.from(sealed[part], "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await attempt(`bit flipped in ${part}`, { ...sealed, [part]: changed.toString("base64url") });
    }
  }
  expect(await vault.open(sealed, place)).toBe('{"apiKey":"s3cret"}');
});

test("every part is refused at every shorter length, and with bytes added", async () => {
  const sealed = await vault.seal('{"apiKey":"s3cret"}', place);
  for (const part of PARTS) {
    const bytes = Buffer.from(sealed[part], "base64url");
    for (let length = 0; length < bytes.length; length++) {
      await attempt(`${part} cut at the end`, { ...sealed, [part]: bytes.subarray(0, length).toString("base64url") });
      await attempt(`${part} cut at the start`, {
        ...sealed,
        [part]: bytes.subarray(bytes.length - length).toString("base64url"),
      });
    }
    await attempt(`${part} with bytes added`, {
      ...sealed,
      [part]: Buffer.concat([bytes, Buffer.alloc(1)]).toString("base64url"),
    });
    await attempt(`${part} with text that decoders skip`, { ...sealed, [part]: `${sealed[part]}=` });
    await attempt(`${part} missing`, { ...sealed, [part]: undefined });
  }
});

test("no part can be taken from another record, and no record to another place", async () => {
  const places: readonly SecretPlace[] = [
    place,
    { ...place, tenant: "other" },
    { ...place, connection: "shop" },
    { ...place, field: "webhook" },
    { ...place, version: 8 },
    { ...place, region: "" },
    { ...place, tenant: "acmecrm", connection: "" },
    { ...place, tenant: "ac", connection: "mecrm" },
  ];
  const sealed = await Promise.all(places.map((at) => vault.seal('{"apiKey":"s3cret"}', at)));
  const again = await vault.seal('{"apiKey":"s3cret"}', place);
  for (const [from, record] of sealed.entries()) {
    for (const [to, at] of places.entries()) {
      if (from === to) continue;
      await attempt("record carried to another place", record, at);
      await attempt("record carried and renumbered", { ...record, secret_version: at.version }, at);
      for (const part of PARTS) await attempt(`${part} of another place`, { ...sealed[to], [part]: record[part] }, at);
    }
  }
  for (const part of PARTS)
    await attempt(`${part} of another sealing at the same place`, { ...again, [part]: sealed[0]?.[part] });
  const both = { wrapped_dek: sealed[0]?.wrapped_dek, check: sealed[0]?.check };
  await attempt("data key and check of another sealing", { ...again, ...both });
});

test("key, format, algorithm and version cannot be renamed", async () => {
  const sealed = await vault.seal('{"apiKey":"s3cret"}', place);
  const ids = (await keys.describe()).map(({ id }) => id);
  for (const kek_id of [...ids.filter((id) => id !== sealed.kek_id), "", "0000000000000000", "transit:transit/mortise:v1"])
    await attempt("another key named", { ...sealed, kek_id });
  for (const v of [0, 1, 3, "2", null]) await attempt("another format named", { ...sealed, v });
  for (const alg of ["A128GCM", "none", ""]) await attempt("another algorithm named", { ...sealed, alg });
  for (const secret_version of [6, 8, 0, -7, "7"]) await attempt("another version named", { ...sealed, secret_version });
  for (const whole of [null, {}, [], "text", 7]) await attempt("no record at all", whole);
});

test("the first format is as strict about its owner and its bytes", async () => {
  const sealed = sealFirstFormat('{"apiKey":"s3cret"}', place, Buffer.from(one, "base64"));
  expect(await vault.open(sealed, place)).toBe('{"apiKey":"s3cret"}');
  for (const part of ["wrappedKey", "text"] as const) {
    const bytes = Buffer.from(sealed[part], "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0x80;
      await attempt(`first format: byte of ${part}`, { ...sealed, [part]: changed.toString("base64url") });
      await attempt(`first format: ${part} cut`, { ...sealed, [part]: bytes.subarray(0, index).toString("base64url") });
    }
  }
  await attempt("first format: another owner", sealed, { ...place, connection: "shop" });
  await attempt("first format: another owner", sealed, { ...place, tenant: "other" });
});
