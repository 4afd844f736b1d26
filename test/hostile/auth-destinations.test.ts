// Pins: a credential that goes to a host which it was not entered for, or that a person did not consent to, because somebody has changed
// the settings of its connection.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Served, serve } from "../../packages/server/src/serve.ts";
import { type Send, script as scriptOf } from "../../packages/server/test/support/client.ts";
import { acme, acmeLogin, startVendor, type Vendor } from "../../packages/server/test/support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor } from "../../packages/server/test/support/scripted-vendor.ts";
import { Visitor } from "../../packages/server/test/support/visitor.ts";

const APP = { clientId: "shared-app", clientSecret: "secret-of-the-deployment-2b8c" };
const dataDir = mkdtempSync(join(tmpdir(), "mortise-destinations-"));
const ada = new Visitor();
let vendor: Vendor;
let thief: Vendor;
let seen: SeenRequest[];
let stolen: SeenRequest[];
let served: Served;
let send: Send;

beforeAll(async () => {
  [vendor, thief] = await Promise.all([startVendor(), startVendor()]);
  seen = scriptVendor(vendor).seen;
  stolen = scriptVendor(thief).seen;
  served = await serve({
    dataDir,
    port: 0,
    connectors: [
      acme({ login: acmeLogin(), key: { kind: "apiKey", in: "header", name: "X-Key", test: { operation: "whoAmI" } } }),
      anywhere(),
    ],
    deployment: { egress: { allow: [vendor.origin, thief.origin] } },
    log: () => undefined,
  });
  send = scriptOf(served);
  await ada.visit(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await Promise.all([vendor?.close(), thief?.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  stolen.length = 0;
});

/** A system that everybody has at a place of their own. */
function anywhere(): Connector {
  const { contract, natives } = acme({ login: acmeLogin() });
  const settings = { ...contract.settings, properties: { baseUrl: { type: "string" as const } } };
  return { natives, contract: { ...contract, name: "open-crm", settings } };
}

const put = (name: string, auth: string, { origin }: Vendor, credential?: object) =>
  send("PUT", `/api/v1/connections/${name}`, {
    connector: "acme-crm",
    auth,
    settings: { baseUrl: origin },
    ...(credential === undefined ? {} : { credential }),
  });
const row = async (name: string) =>
  (await send("GET", "/api/v1/connections"))
    .json<{ connections: { name: string; hasCredential: boolean; isConnected: boolean; settings: { baseUrl: string } }[] }>()
    .connections.find((each) => each.name === name);
const api = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await ada.api(method, `${served.url}/api/v1/${path}`, body);
  const text = await answer.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
};

/** A sign-in up to where the other system sends the browser back. */
async function sentOff(name: string): Promise<{ readonly id: string; readonly back: string }> {
  const { id } = await api<{ id: string }>("POST", `connections/${name}/authorize`, { mode: "popup" });
  const { authorizeUrl } = await api<{ authorizeUrl: string }>("POST", `connect/${id}/continue`, { scopes: [] });
  return { id, back: (await ada.visit(authorizeUrl)).headers.get("location") ?? "" };
}

test("a key that was entered for one host is not sent to another one before it is entered again", async () => {
  expect((await put("keyed", "key", vendor, { apiKey: "a-key-of-the-vendor-77" })).status).toBe(204);
  const refused = await put("keyed", "key", thief);
  expect(refused.status).toBe(422);
  expect(refused.json()).toMatchObject({ diagnostics: [{ code: "MISSING_KEY", path: "/credential/apiKey" }] });
  expect(await row("keyed")).toMatchObject({ hasCredential: true, settings: { baseUrl: vendor.origin } });
  await send("POST", "/api/v1/connections/keyed/test", {});
  expect(stolen).toEqual([]);
  expect((await put("keyed", "key", thief, { apiKey: "a-key-of-the-other-78" })).status).toBe(204);
});

test("tokens that a person's consent gave are dropped when the host changes", async () => {
  await put("signed", "login", vendor, APP);
  const { back } = await sentOff("signed");
  await ada.visit(back);
  expect(await row("signed")).toMatchObject({ isConnected: true });
  expect((await put("signed", "login", thief)).status).toBe(204);
  expect(await row("signed")).toMatchObject({ hasCredential: false, isConnected: false });
  await send("POST", "/api/v1/connections/signed/test", {});
  expect(stolen).toEqual([]);
});

test("a code is not handed to a host that the connection was pointed at while the person was away", async () => {
  await put("moved", "login", vendor, APP);
  const { id, back } = await sentOff("moved");
  await put("moved", "login", thief, APP);
  await ada.visit(back);
  expect(await api("GET", `connect/${id}/status`)).toMatchObject({ status: "failed" });
  expect(stolen).toEqual([]);
});

test("a browser is not sent to another host than the one that the person was shown", async () => {
  await put("shown", "login", vendor, APP);
  const { id } = await api<{ id: string }>("POST", "connections/shown/authorize", { mode: "popup" });
  await put("shown", "login", thief, APP);
  expect(await api("POST", `connect/${id}/continue`, { scopes: [] })).toMatchObject({ code: "NOT_ALLOWED" });
});

test("the deployment's app is not sent to a host that a connection alone names", async () => {
  const refused = await send("PUT", "/api/v1/oauth-clients/open-crm/login", APP);
  expect(refused.status).toBe(403);
  await send("PUT", "/api/v1/connections/trap", { connector: "open-crm", auth: "login", settings: { baseUrl: thief.origin } });
  const begun = await api("POST", "connections/trap/authorize", { mode: "popup" });
  expect(begun).toMatchObject({ code: "MISCONFIGURED" });
  expect((await send("PUT", "/api/v1/oauth-clients/acme-crm/login", APP)).status).toBe(200);
});
