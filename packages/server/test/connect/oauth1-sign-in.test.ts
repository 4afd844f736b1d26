// Pins: a person who cannot connect with OAuth 1.0a, an answer of theirs that another browser can hand in, and a consumer secret that leaves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";
import { acme, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { CONSUMER, type OAuth1Vendor, oldLogin, scriptOAuth1 } from "../support/oauth1-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-oauth1-"));
const log: string[] = [];
let vendor: Vendor;
let known: OAuth1Vendor;
let served: Served;
let send: Send;
const ada = new Visitor();

beforeAll(async () => {
  vendor = await startVendor();
  known = scriptOAuth1(vendor, new Set(["mallory"]));
  served = await serve({
    dataDir,
    port: 0,
    connectors: [acme({ old: oldLogin })],
    deployment: { egress: { allow: [vendor.origin] } },
    log: (line) => log.push(line),
  });
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
const row = async (name: string) =>
  (await send("GET", "/api/v1/connections"))
    .json<{ connections: { readonly name: string }[] }>()
    .connections.find((each) => each.name === name);

let made = 0;
async function connection(credential?: object): Promise<string> {
  const name = `old-${made++}`;
  const body = { connector: "acme-crm", settings: { baseUrl: vendor.origin }, ...(credential ? { credential } : {}) };
  const answer = await send("PUT", `/api/v1/connections/${name}`, body);
  expect(answer.status, answer.text).toBe(204);
  return name;
}

/** Up to the address that the vendor sends the browser back to. */
async function answered(name: string) {
  const { id } = await json<{ id: string }>(ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" }));
  expect(await view(id)).toMatchObject({ status: "open", scopes: [], next: new URL(vendor.origin).host });
  const { authorizeUrl } = await json<{ authorizeUrl: string }>(ada.api("POST", at(`connect/${id}/continue`), { scopes: [] }));
  return { id, authorizeUrl, back: (await ada.visit(authorizeUrl)).headers.get("location") ?? "" };
}

test("a person connects with OAuth 1.0a through the connection's own app", async () => {
  const name = await connection(CONSUMER);
  expect(await row(name)).toMatchObject({ connect: "redirect", schemeKind: "oauth1", isConnected: false, canReconnect: true });
  const { id, authorizeUrl, back } = await answered(name);
  expect(authorizeUrl).toMatch(new RegExp(`^${vendor.origin}/oauth/authorize\\?oauth_token=tok-`));
  expect(new URL(back).searchParams.has("state")).toBe(false);
  expect(await handIn(ada, back)).toBe(`/connect/${id}/done`);
  expect(await view(id)).toMatchObject({ status: "done", result: { works: true, label: "ada" } });
  expect(await row(name)).toMatchObject({ isConnected: true, label: "ada", health: { state: "ok" } });
  expect(known.refused).toEqual([]);
}, 30_000);

test("the token that came back is taken from the browser that left, once", async () => {
  const { id, back } = await answered(await connection(CONSUMER));
  expect(await handIn(new Visitor(), back)).toBe("/connect/turned-away?why=browser");
  expect(await handIn(ada, back.replace(/oauth_token=[^&]*/, "oauth_token=made-up"))).toBe(`/connect/${id}/done`);
  expect(await view(id)).toMatchObject({ status: "failed", result: { message: expect.stringContaining("another sign-in") } });
  expect(await handIn(ada, back)).toMatch(/why=(used|browser)$/);
});

test("a person who says no is told so, also where the vendor sends nothing back", async () => {
  known.sub = "mallory";
  const name = await connection(CONSUMER);
  const { id, back } = await answered(name);
  known.sub = "ada";
  expect(new URL(back).search).toBe("");
  expect(await handIn(ada, back)).toBe(`/connect/${id}/done`);
  const message = "Access was not granted at Acme CRM. Nothing was changed.";
  expect(await view(id)).toMatchObject({ status: "failed", result: { reason: "denied", message } });
  expect(await row(name)).toMatchObject({ isConnected: false });
});

test("a deployment's app signs for connections that have none, and stays with the deployment", async () => {
  const name = await connection();
  const refused = await ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" });
  expect(await refused.json()).toMatchObject({ code: "MISCONFIGURED", path: "/credential/consumerKey" });
  const put = await send("PUT", "/api/v1/oauth-clients/acme-crm/old", CONSUMER);
  expect(put.status, put.text).toBe(200);
  expect(put.json()).toMatchObject({
    isConfigured: true,
    clientId: CONSUMER.consumerKey,
    has: ["consumerKey", "consumerSecret"],
    fields: [
      { name: "consumerKey", required: true, secret: false },
      { name: "consumerSecret", required: true, secret: true },
    ],
  });
  expect((await send("PUT", "/api/v1/oauth-clients/acme-crm/old", { clientId: "x" })).status).toBe(422);
  const { id, back } = await answered(name);
  await handIn(ada, back);
  expect(await view(id)).toMatchObject({ status: "done", client: "deployment", result: { works: true } });
  expect((await send("POST", `/api/v1/connections/${name}/test`, {})).json()).toMatchObject({ outcome: "success" });
  // Without the app nothing can be signed: it was not kept with the connection.
  expect((await send("DELETE", "/api/v1/oauth-clients/acme-crm/old")).status).toBe(204);
  expect((await send("POST", `/api/v1/connections/${name}/test`, {})).json()).not.toMatchObject({ outcome: "success" });
});

test("no token, verifier or consumer secret is in a log or an answer", async () => {
  const shown = [...log, (await send("GET", "/api/v1/connections")).text].join("\n");
  expect(known.secrets.length).toBeGreaterThan(10);
  for (const secret of [...known.secrets, CONSUMER.consumerSecret]) expect(shown).not.toContain(secret);
});
