// Pins: an app that is installed and does not work, an installation that another browser hands in or that is none, and an app's key that leaves.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";
import { INSTALLED_APP, type InstallVendor, installable, installed, scriptInstallations } from "../support/install-vendor.ts";
import { startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-install-"));
const log: string[] = [];
let vendor: Vendor;
let known: InstallVendor;
let served: Served;
let send: Send;
const ada = new Visitor();

beforeAll(async () => {
  vendor = await startVendor();
  known = scriptInstallations(vendor);
  served = await serve({
    dataDir,
    port: 0,
    connectors: [installable()],
    deployment: { egress: { allow: [vendor.origin] } },
    log: (line) => log.push(line),
  });
  known.setup = `${served.url}/oauth/callback/acme-crm`;
  send = script(served);
  await ada.visit(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;
const at = (path: string) => `${served.url}/api/v1/${path}`;
const view = (id: string) => json<{ status: string; result?: object }>(ada.api("GET", at(`connect/${id}`)));
const handIn = async (visitor: Visitor, back: string) => (await visitor.visit(back)).headers.get("location");
const app = "/api/v1/oauth-clients/acme-crm/app";
const row = async (name: string) =>
  (await send("GET", "/api/v1/connections"))
    .json<{ connections: { readonly name: string }[] }>()
    .connections.find((each) => each.name === name);

let made = 0;
async function connection(parts: { readonly credential?: object; readonly settings?: object } = {}): Promise<string> {
  const name = `app-${made++}`;
  // What the installation tells is not there yet.
  const settings = { baseUrl: vendor.origin, ...parts.settings };
  const answer = await send("PUT", `/api/v1/connections/${name}`, { ...parts, connector: "acme-crm", settings });
  expect(answer.status, answer.text).toBe(204);
  return name;
}

async function sentOff(name: string) {
  const { id } = await json<{ id: string }>(ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" }));
  expect(await view(id)).toMatchObject({ status: "open", kind: "appInstall", scopes: [], next: new URL(vendor.origin).host });
  const { authorizeUrl } = await json<{ authorizeUrl: string }>(ada.api("POST", at(`connect/${id}/continue`), { scopes: [] }));
  expect(authorizeUrl).toMatch(new RegExp(`^${vendor.origin}/apps/mortise/installations/new\\?state=[\\w-]{32}$`));
  return { id, back: installed(known, authorizeUrl) };
}

test("an app that a person installs works with the deployment's key, which stays with the deployment", async () => {
  const name = await connection();
  expect(await row(name)).toMatchObject({ connect: "redirect", schemeKind: "appInstall", isConnected: false });
  const early = await ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" });
  expect(await early.json()).toMatchObject({ code: "MISCONFIGURED", path: "/credential/appId" });
  const put = await send("PUT", app, INSTALLED_APP);
  expect(put.status, put.text).toBe(200);
  expect(put.json()).toMatchObject({ clientId: "4711", has: ["appId", "privateKey"], registration: "static" });
  expect(put.text).not.toContain("PRIVATE KEY");
  const { id, back } = await sentOff(name);
  expect(await handIn(ada, back)).toBe(`/connect/${id}/done`);
  expect(await view(id)).toMatchObject({ status: "done", client: "deployment", result: { works: true, label: "acme-labs" } });
  const connected = await row(name);
  expect(connected).toMatchObject({ isConnected: true, label: "acme-labs", health: { state: "ok" } });
  // Its token ends within the hour and is fetched anew, so the connection itself has no end.
  expect(connected).not.toHaveProperty("expiresAtMs");
  expect(connected).not.toHaveProperty("health.endsAtMs");
  expect((await send("POST", `/api/v1/connections/${name}/test`, {})).json()).toMatchObject({ outcome: "success" });
  expect(known.refused).toEqual([]);
}, 30_000);

test("an installation is taken from the browser that left, once, and only what an installation can be called", async () => {
  const { id, back } = await sentOff(await connection());
  expect(await handIn(new Visitor(), back)).toBe("/connect/turned-away?why=browser");
  expect(await handIn(ada, back.replace(/state=[^&]*/, "state=made-up-and-long-enough"))).toBe(
    "/connect/turned-away?why=unknown",
  );
  await handIn(ada, back.replace("1001", "..%2F..%2Fother"));
  expect(await view(id)).toMatchObject({ status: "failed", result: { message: expect.stringContaining("installationId") } });
  expect(await handIn(ada, back)).toMatch(/why=(used|browser)$/);
});

test("an installation that does not belong to the app, and one that waits for its owner, connect nothing", async () => {
  const name = await connection();
  for (const [next, words] of [
    ["1999", /127\.0\.0\.1|token|404/],
    [undefined, /not installed yet.*approve/],
  ] as const) {
    known.next = next;
    const { id, back } = await sentOff(name);
    await handIn(ada, back);
    const { status, result } = await view(id);
    expect({ status, result }).toMatchObject({ status: "failed", result: { message: expect.stringMatching(words) } });
    expect(await row(name)).toMatchObject({ isConnected: false });
  }
  known.next = "1001";
});

test("an installation of another account is asked about", async () => {
  const name = await connection();
  await handIn(ada, (await sentOff(name)).back);
  known.next = "1002";
  const { id, back } = await sentOff(name);
  known.next = "1001";
  await handIn(ada, back);
  expect(await view(id)).toMatchObject({
    status: "other_account",
    result: { label: "other-labs", previousLabel: "acme-labs" },
  });
  await ada.api("POST", at(`connect/${id}/decide`), { replace: false });
  expect((await send("POST", `/api/v1/connections/${name}/test`, {})).json()).toMatchObject({ label: "acme-labs" });
});

test("a connection may bring an app of its own, or the installation's number itself", async () => {
  const entered = await connection({ settings: { installationId: "1002" } });
  expect(await row(entered)).toMatchObject({ isConnected: true });
  expect((await send("POST", `/api/v1/connections/${entered}/test`, {})).json()).toMatchObject({ label: "other-labs" });
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { id, back } = await sentOff(await connection({ credential: { appId: "4711", privateKey } }));
  await handIn(ada, back);
  expect(await view(id)).toMatchObject({ status: "failed", client: "own" });
  expect(known.refused).toHaveLength(1);
});

test("no token, JWT or key is in a log or an answer", async () => {
  const shown = [...log, (await send("GET", "/api/v1/connections")).text, (await send("GET", app)).text].join("\n");
  expect(known.secrets.length).toBeGreaterThan(4);
  for (const secret of [...known.secrets, INSTALLED_APP.privateKey.slice(60, 100)]) expect(shown).not.toContain(secret);
});
