// Pins: a key that is replaced by one that does not work, a gap between two keys, two rotations that both think they won.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script, stranger } from "../support/client.ts";
import { use, type VaultDatabase, vaultDatabase, vaultProcess } from "../support/vault-database.ts";

let database: VaultDatabase;
let names = 0;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const draft = (apiKey: string) => ({ connector: "acme@1", settings: {}, auth: "key", credential: { apiKey } });
const newName = () => `rotated-${++names}`;
const works = async () => {};

test("next is verified, becomes active, and the one before stays readable and counted until the overlap is over", async () => {
  let nowMs = 1_700_000_000_000;
  const name = newName();
  const { connections, rotations } = vaultProcess(database, { now: () => nowMs });
  await connections.put(name, draft("old"));
  const seen: unknown[] = [];
  const verify = async (credential: object) => {
    seen.push(credential, (await connections.readCredential(name, use))?.fields);
  };
  const done = await rotations.rotate(name, { credential: { apiKey: "new" }, overlapMs: 60_000, actor: "ada", verify });
  expect(seen).toEqual([{ apiKey: "new" }, { apiKey: "old" }]);
  expect(done).toEqual({ version: 2, previousUntilMs: nowMs + 60_000 });
  expect(await connections.readCredential(name, use)).toMatchObject({ fields: { apiKey: "new" }, version: 2 });
  for (let n = 0; n < 3; n++)
    expect(await connections.readCredential(name, use, "previous")).toMatchObject({ fields: { apiKey: "old" }, version: 1 });
  nowMs += 60_000;
  expect(await connections.readCredential(name, use, "previous")).toBeUndefined();
  expect(await rotations.retireOverdue()).toBe(1);
  expect(await rotations.finish(name, "ada")).toBeUndefined();
  expect(await connections.readCredential(name, use)).toMatchObject({ fields: { apiKey: "new" } });
});

test("an end before its time says how often the one before was used", async () => {
  const name = newName();
  const { connections, rotations } = vaultProcess(database);
  await connections.put(name, draft("old"));
  await rotations.rotate(name, { credential: { apiKey: "new" }, overlapMs: 60_000, actor: "ada", verify: works });
  for (let n = 0; n < 5; n++) await connections.readCredential(name, use, "previous");
  expect(await rotations.finish(name, "ada")).toEqual({ version: 1, uses: 5 });
  expect(await connections.readCredential(name, use, "previous")).toBeUndefined();
});

test("one that does not work leaves everything as it was, and its version is not used again", async () => {
  const name = newName();
  const { connections, rotations } = vaultProcess(database);
  await connections.put(name, draft("old"));
  const verify = () => Promise.reject(new Error("401"));
  await expect(rotations.rotate(name, { credential: { apiKey: "bad" }, overlapMs: 0, actor: "ada", verify })).rejects.toThrow(
    "401",
  );
  expect(await connections.readCredential(name, use)).toMatchObject({ fields: { apiKey: "old" }, version: 1 });
  expect(await rotations.rotate(name, { credential: { apiKey: "new" }, overlapMs: 0, actor: "ada", verify: works })).toEqual({
    version: 3,
  });
  expect(await connections.readCredential(name, use, "previous")).toBeUndefined();
});

test("of two rotations at once one wins, and what becomes active is what was verified", async () => {
  const name = newName();
  const [mine, theirs] = [vaultProcess(database), vaultProcess(database)];
  await mine.connections.put(name, draft("old"));
  const verified: string[] = [];
  const rotate = (process: typeof mine, apiKey: string) =>
    process.rotations.rotate(name, {
      credential: { apiKey },
      overlapMs: 0,
      actor: "ada",
      verify: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        verified.push(apiKey);
      },
    });
  const outcomes = await Promise.allSettled([rotate(mine, "a"), rotate(theirs, "b")]);
  const active = (await mine.connections.readCredential(name, use))?.fields.apiKey;
  const won = outcomes.flatMap(({ status }, n) => (status === "fulfilled" ? [["a", "b"][n]] : []));
  expect(won.at(-1) === active || won.length === 2).toBe(true);
  expect(verified).toContain(active);
  for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
});

test("a rotation during a refresh of the same credential loses neither", async () => {
  const name = newName();
  const { connections, rotations } = vaultProcess(database);
  await connections.put(name, draft("old"));
  const verify = async () => {
    const held = await connections.readCredential(name, use);
    expect(await connections.swapCredential(name, { apiKey: "renewed" }, held?.version ?? 0)).toBe(true);
  };
  await rotations.rotate(name, { credential: { apiKey: "new" }, overlapMs: 60_000, actor: "ada", verify });
  expect((await connections.readCredential(name, use))?.fields).toEqual({ apiKey: "new" });
  expect((await connections.readCredential(name, use, "previous"))?.fields).toEqual({ apiKey: "renewed" });
});

test("without a credential there is nothing to rotate", async () => {
  const { rotations } = vaultProcess(database);
  const asked = { credential: { apiKey: "new" }, overlapMs: 0, actor: "ada", verify: works };
  await expect(rotations.rotate("nobody", asked)).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
});

const shop: Connector = {
  natives: {},
  contract: {
    format: "mortise.contract/1",
    name: "shop",
    version: "1.0.0",
    title: "Shop",
    publisher: "acme",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: { key: { kind: "apiKey", in: "header", name: "X-Api-Key", test: { operation: "whoAmI" } } },
    budgets: {},
    operations: {
      whoAmI: {
        title: "Who am I",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: { type: "object" },
        output: {},
        identity: [],
        outcomes: [],
        examples: [],
        request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } },
      },
    },
  },
};

test("over HTTP: a rotation is verified with the connection's own test, finished, revoked, and shows no secret", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "mortise-rotate-"));
  const good = new Set(["key-of-the-first-year", "key-of-the-second-year"]);
  let hang = false;
  let asked = (): void => {};
  const vendor: Server = createServer((request, response) => {
    const works = good.has(String(request.headers["x-api-key"]));
    asked();
    if (!hang) response.writeHead(works ? 200 : 401, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const served: Served = await serve({ dataDir, port: 0, connectors: [shop], deployment: { egress: { allow: [origin] } } });
  try {
    const send: Send = script(served);
    const put = {
      connector: "shop",
      settings: { baseUrl: origin },
      auth: "key",
      credential: { apiKey: "key-of-the-first-year" },
    };
    expect((await send("PUT", "/api/v1/connections/shop", put)).status).toBe(204);
    const rotate = (apiKey: string, more: object = {}) =>
      send("POST", "/api/v1/connections/shop/rotate", { credential: { apiKey }, ...more });
    expect((await stranger(served)("POST", "/api/v1/connections/shop/rotate", { credential: { apiKey: "x" } })).status).toBe(401);
    const refused = await rotate("key-that-does-not-work");
    expect(refused.json()).toMatchObject({ code: "AUTH_FAILED" });
    expect(refused.text).not.toContain("key-that-does-not-work");
    expect((await rotate("key-of-the-second-year", { overlap: "two days" })).json()).toMatchObject({ code: "INVALID_VALUE" });
    expect((await rotate("key-of-the-second-year", { overlap: "2d" })).json()).toEqual({
      version: 3,
      previousUntilMs: expect.any(Number),
    });
    good.delete("key-of-the-first-year");
    expect((await send("POST", "/api/v1/connections/shop/test", {})).json()).toMatchObject({ outcome: "success" });
    expect((await send("POST", "/api/v1/connections/shop/rotate/finish", {})).json()).toEqual({ version: 1, uses: 0 });
    expect((await send("POST", "/api/v1/connections/shop/rotate/finish", {})).status).toBe(400);

    hang = true;
    const hanging = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const inFlight = send("POST", "/api/v1/connections/shop/test", {});
    await hanging;
    const startMs = Date.now();
    expect((await send("DELETE", "/api/v1/connections/shop/credential")).status).toBe(204);
    const ended = (await inFlight).json<{ outcome: string; message: string }>();
    console.info(`A call in flight ended ${Date.now() - startMs} ms after the revocation: ${ended.message}`);
    expect(ended.outcome).not.toBe("success");
    expect(ended.message).toContain("revoked");
    hang = false;
    expect((await send("POST", "/api/v1/connections/shop/test", {})).json()).not.toMatchObject({ outcome: "success" });
  } finally {
    await served.close();
    vendor.closeAllConnections();
    await new Promise((resolve) => vendor.close(resolve));
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
