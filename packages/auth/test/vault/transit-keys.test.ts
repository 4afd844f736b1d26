// Pins: a Transit engine whose refusals are mistaken for an outage, a wrapped key that opens elsewhere, a token sent after a redirect.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { backingOff, type KeyTransport, transitKeys, Vault } from "../../src/index.ts";
import { type TransitServer, transitServer } from "./transit-server.ts";

const place = { tenant: "default", connection: "crm", field: "credential", version: 1, region: "eu" };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const transport: KeyTransport = (url, request) => fetch(url, { ...request, redirect: "manual" });

async function engine(options: { derived?: boolean; nowMs?: () => number; region?: string; token?: string } = {}) {
  const server = await transitServer(options);
  closers.push(() => server.close());
  const keys = transitKeys({
    address: `${server.address}/`,
    namespace: server.namespace,
    key: "mortise",
    token: async () => options.token ?? server.token,
    transport,
    now: options.nowMs ?? Date.now,
    region: options.region ?? "eu",
    ...(options.derived === undefined ? {} : { derived: options.derived }),
  });
  return { server, keys, vault: new Vault({ keys, now: options.nowMs ?? Date.now }) };
}

test.each([false, true])("a secret sealed with the engine opens at its place alone (derived key: %s)", async (derived) => {
  const { vault } = await engine({ derived });
  const sealed = await vault.seal("s3cret", place);
  expect(sealed.kek_id).toBe("transit:transit/mortise:v1");
  expect(JSON.stringify(sealed)).not.toContain("s3cret");
  vault.forget();
  expect(await vault.open(sealed, place)).toBe("s3cret");
  await expect(vault.open(sealed, { ...place, tenant: "other" })).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
});

test("versions are keys: rotate, re-wrap, disable, enable, destroy", async () => {
  const { vault, keys } = await engine();
  const old = await vault.seal("s3cret", place);
  expect(await keys.rotate?.()).toBe("transit:transit/mortise:v2");
  const states = async () => (await keys.describe()).map(({ state }) => state);
  expect(await states()).toEqual(["decrypt-only", "active"]);
  vault.forget();
  const fresh = await vault.rewrap(old, place);
  expect(fresh).toMatchObject({ kek_id: "transit:transit/mortise:v2", ct: old.ct, check: old.check });
  await keys.disable(old.kek_id);
  expect(await states()).toEqual(["disabled", "active"]);
  vault.forget();
  await expect(vault.open(old, place)).rejects.toMatchObject({
    code: "VAULT_KEY_REFUSED",
    message: expect.stringContaining("disabled"),
  });
  await keys.enable?.(old.kek_id);
  expect(await vault.open(old, place)).toBe("s3cret");
  await expect(keys.destroy?.(old.kek_id)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await expect(keys.disable(fresh.kek_id)).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await keys.disable(old.kek_id);
  await keys.destroy?.(old.kek_id);
  expect(await states()).toEqual(["destroyed", "active"]);
  await expect(keys.enable?.(old.kek_id)).rejects.toMatchObject({ code: "VAULT_KEY_REFUSED" });
  vault.forget();
  expect(await vault.open(fresh, place)).toBe("s3cret");
});

test("a wrapped key is refused under the name of another version, and where its bytes were changed", async () => {
  const { vault, keys } = await engine();
  const sealed = await vault.seal("s3cret", place);
  await keys.rotate?.();
  vault.forget();
  const renamed = { ...sealed, kek_id: "transit:transit/mortise:v2" };
  await expect(vault.open(renamed, place)).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
  const [head, bytes] = [sealed.wrapped_dek.slice(0, 9), Buffer.from(sealed.wrapped_dek.slice(9), "base64")];
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  const changed = { ...sealed, wrapped_dek: `${head}${bytes.toString("base64")}` };
  await expect(vault.open(changed, place)).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
});

test("mid-run, an engine that is away is bridged for at most 60 s by keys that were unwrapped, then nothing opens", async () => {
  let nowMs = 1_000_000;
  const { vault, server } = await engine({ nowMs: () => nowMs });
  const sealed = await vault.seal("s3cret", place);
  const other = await vault.seal("other", { ...place, connection: "shop" });
  vault.forget("default", "shop");
  await server.close();
  nowMs += 59_999;
  expect(await vault.open(sealed, place)).toBe("s3cret");
  await expect(vault.open(other, { ...place, connection: "shop" })).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  nowMs += 1;
  await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  await expect(vault.seal("new", place)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
});

test("an engine that is away at the start refuses by name, and works as soon as it is there", async () => {
  const { vault, server } = await engine();
  server.fail(503, 1);
  await expect(vault.seal("s3cret", place)).rejects.toMatchObject({
    code: "VAULT_UNAVAILABLE",
    message: expect.stringContaining("sealed"),
  });
  expect(await vault.open(await vault.seal("s3cret", place), place)).toBe("s3cret");
});

test("a rate limit is waited for, by all who ask, and no longer than allowed", async () => {
  let nowMs = 0;
  const { keys, server } = await engine({ nowMs: () => nowMs });
  const waited: number[] = [];
  const sleep = async (ms: number) => {
    waited.push(ms);
    nowMs += ms;
  };
  const patient = new Vault({ keys: backingOff(keys, { now: () => nowMs, sleep, random: () => 0.5 }), now: () => nowMs });
  server.fail(429, 2, { "retry-after": "1" });
  const sealed = await patient.seal("s3cret", place);
  expect(server.asked.filter((path) => path.includes("encrypt"))).toHaveLength(3);
  expect(waited.every((ms) => ms >= 1_000)).toBe(true);
  expect(waited).toHaveLength(2);
  patient.forget();
  server.fail(429, 1, { "retry-after": "60" });
  await expect(patient.open(sealed, place)).rejects.toMatchObject({
    code: "VAULT_UNAVAILABLE",
    data: { retryAtMs: expect.any(Number) },
  });
  expect(waited).toHaveLength(2);
});

test("a token without the right is a refusal, not an outage, and is not in the error", async () => {
  const { vault } = await engine({ token: "s.wrong-token-of-ours" });
  const error = await vault.seal("s3cret", place).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: "VAULT_KEY_REFUSED" });
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("wrong-token-of-ours");
});

test("a key of another region is refused before the engine is asked", async () => {
  const eu = await engine({ region: "eu" });
  const sealed = await eu.vault.seal("s3cret", place);
  const us = await engine({ region: "us" });
  await expect(us.vault.open(sealed, place)).rejects.toMatchObject({
    code: "VAULT_KEY_REFUSED",
    message: expect.stringContaining('"us"'),
  });
  expect(us.server.asked).toEqual([]);
  await expect(us.vault.open(sealed, { ...place, region: "us" })).rejects.toMatchObject({ code: "SECRET_TAMPERED" });
});

test("a redirect is not followed with the token", async () => {
  const seen: string[] = [];
  const redirecting = createServer((request, response) => {
    seen.push(request.url ?? "");
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => redirecting.close(() => resolve())));
  const address = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
  const keys = transitKeys({ address, key: "mortise", token: async () => "t", transport, now: Date.now });
  await expect(keys.current()).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE", message: expect.stringContaining("redirect") });
  expect(seen).toEqual(["/v1/transit/keys/mortise"]);
});

test("the scripted engine is strict: without the binding it does not decrypt", async () => {
  const { server, vault } = await engine();
  const sealed = await vault.seal("s3cret", place);
  const answer = await post(server, "decrypt/mortise", { ciphertext: sealed.wrapped_dek });
  expect(answer).toEqual({ status: 400, errors: ["cipher: message authentication failed"] });
});

async function post(server: TransitServer, path: string, body: object) {
  const headers = { "x-vault-token": server.token, "x-vault-namespace": server.namespace };
  const response = await fetch(`${server.address}/v1/transit/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, ...((await response.json()) as object) };
}
