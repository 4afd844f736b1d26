// Pins: an app of the deployment whose secret is stored with connections or shown, or that takes the place of a connection's own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SignIns } from "../../src/connect/sign-ins.ts";
import { type Host, openHost } from "../../src/host/open-host.ts";
import { hashed } from "../../src/store/pending-authorizations.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";

/** What a look at the app is for here. */
const USE = { purpose: "test", actor: "auditor" } as const;
const dataDir = mkdtempSync(join(tmpdir(), "mortise-clients-"));
const seen: { readonly authorization: string; readonly form: Record<string, string> }[] = [];
let vendor: Vendor;
let host: Host;
let nowMs = 1_800_000_000_000;

beforeAll(async () => {
  vendor = await startVendor();
  let tokens = 0;
  vendor.script(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const isToken = request.url === "/token";
    if (isToken)
      seen.push({ authorization: request.headers.authorization ?? "", form: Object.fromEntries(new URLSearchParams(body)) });
    tokens += isToken ? 1 : 0;
    response.writeHead(200, { "content-type": "application/json" });
    const answer = {
      access_token: `access-${tokens}-7d1e`,
      refresh_token: `refresh-${tokens}-7d1e`,
      token_type: "Bearer",
      expires_in: 600,
    };
    response.end(JSON.stringify(isToken ? answer : { sub: "ada" }));
  });
  host = await openHost({
    dataDir,
    connectors: [acme({ login: acmeLogin(), managed: acmeLogin({ ownClient: false }) })],
    deployment: { egress: { allow: [vendor.origin] } },
    now: () => nowMs,
    log: () => undefined,
  });
  await host.store.clients.put("acme-crm", "login", APP);
}, 60_000);
afterAll(async () => {
  await host?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const connect = async (name: string, credential: Record<string, string>, auth = "login") => {
  await host.store.connections.put(name, { connector: "acme-crm", settings: { baseUrl: vendor.origin }, auth, credential });
};
const stored = async (name: string) =>
  (await host.store.connections.readCredential(name, { purpose: "connect", actor: "test" }))?.fields;
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

test("a connection without an app of its own renews its token with the deployment's, which is not stored with it", async () => {
  await connect("plain", { refreshToken: "refresh-0-7d1e" });
  expect(await host.connection("plain")).toMatchObject({ credential: { ...APP, refreshToken: "refresh-0-7d1e" } });
  const before = seen.length;
  expect(await host.runtime.testConnection("plain")).toMatchObject({ outcome: "success", output: { label: "ada" } });
  expect(seen.slice(before)).toMatchObject([
    {
      authorization: basic(APP.clientId, APP.clientSecret),
      form: { grant_type: "refresh_token", refresh_token: "refresh-0-7d1e" },
    },
  ]);
  expect(await stored("plain")).toMatchObject({ refreshToken: expect.stringMatching(/^refresh-[1-9]/) });
  expect(Object.keys((await stored("plain")) ?? {})).not.toContain("clientSecret");
  expect(Object.keys((await stored("plain")) ?? {})).not.toContain("clientId");
});

test("a connection's own app goes before the deployment's and stays with it", async () => {
  await connect("own", { clientId: "own-app", clientSecret: "own-secret-91c2", refreshToken: "refresh-0-7d1e" });
  const before = seen.length;
  expect(await host.runtime.testConnection("own")).toMatchObject({ outcome: "success" });
  expect(seen.slice(before)).toMatchObject([{ authorization: basic("own-app", "own-secret-91c2") }]);
  expect(await stored("own")).toMatchObject({ clientId: "own-app", clientSecret: "own-secret-91c2" });
});

test("where the contract wants the deployment's app alone, another one is never used", async () => {
  await connect("managed", { clientId: "own-app", clientSecret: "own-secret-91c2", refreshToken: "refresh-0-7d1e" }, "managed");
  expect(await host.connection("managed")).toMatchObject({ credential: { refreshToken: "refresh-0-7d1e" } });
  expect((await host.connection("managed"))?.credential).not.toHaveProperty("clientId");
  await host.store.clients.put("acme-crm", "managed", { clientId: "for-all", clientSecret: "managed-secret-4b7a" });
  expect(await host.connection("managed")).toMatchObject({
    credential: { clientId: "for-all", clientSecret: "managed-secret-4b7a" },
  });
});

test("every use and every change of the deployment's app is in the audit", async () => {
  await host.store.clients.put("acme-crm", "login", APP);
  await connect("audited", { refreshToken: "refresh-0-7d1e" });
  await host.runtime.testConnection("audited");
  await host.store.clients.fields("acme-crm", "login", USE);
  const { rows } = await host.pool.query<{ event: { action: string; purpose?: string; actor: string } }>(
    "select event from mortise.audit where connection = 'oauth-client/acme-crm/login' order by seq",
  );
  const events = rows.map(({ event: { action, purpose, actor } }) => [action, purpose, actor].join(" "));
  expect(events).toContain("client.stored  owner");
  expect(events.slice(events.lastIndexOf("client.stored  owner"))).toEqual(
    expect.arrayContaining(["lease.granted call runtime", "lease.granted test auditor"]),
  );
  expect(JSON.stringify(rows)).not.toContain(APP.clientSecret);
});

test("the deployment's app is sealed for its place", async () => {
  const { rows } = await host.pool.query("select * from mortise.oauth_clients");
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain(APP.clientSecret);
  await host.pool.query(
    "update mortise.oauth_clients set sealed = (select sealed from mortise.oauth_clients where scheme = 'login')",
  );
  await expect(host.store.clients.fields("acme-crm", "managed", USE)).rejects.toThrow();
  expect(await host.store.clients.fields("acme-crm", "login", USE)).toEqual(APP);
});

test("a sign-in that is under way is taken once by a hundred at a time, and by nobody after its time", async () => {
  await connect("busy", {});
  const begin = async () => {
    const request = { connector: "acme-crm", scheme: "login" };
    const { id } = await host.store.pending.begin({ kind: "redirect", connection: "busy", sessionHash: "s", request });
    const parts = { browserHash: hashed("cookie"), state: `state-of-${id}`, secret: "proof-key-3c9d", request };
    expect(await host.store.pending.send(id, parts)).toBe(true);
    return id;
  };
  const id = await begin();
  const { rows } = await host.pool.query("select * from mortise.pending_authorizations");
  expect(JSON.stringify(rows)).not.toMatch(/proof-key-3c9d|state-of-/);
  const taken = await Promise.all(Array.from({ length: 100 }, () => host.store.pending.take(id, "sent")));
  expect(taken.filter((secret) => secret !== undefined)).toEqual(["proof-key-3c9d"]);
  const late = await begin();
  nowMs += 10 * 60_000 + 1;
  expect(await host.store.pending.take(late, "sent")).toBeUndefined();
  const bindings = new Map([[late, "cookie"]]);
  const callbackUrl = `https://mortise.example/oauth/callback?code=x&state=state-of-${late}`;
  const receive = (sessionHash: string) =>
    new SignIns(host).receive({ connector: "acme-crm", callbackUrl, sessionHash, bindings });
  expect(await receive("s")).toEqual({ id: late, turned: "expired" });
  expect(await receive("another")).toEqual({ turned: "session" });
  await begin();
  expect(await host.store.pending.find(late)).toBeUndefined();
});
