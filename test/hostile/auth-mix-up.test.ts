// Pins: a code of an honest system that is handed to the token endpoint of another one (mix-up, RFC 9700 §4.4), and answers that another
// browser, session, sign-in or page has made up.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Served, serve } from "../../packages/server/src/serve.ts";
import { type Send, script as scriptOf } from "../../packages/server/test/support/client.ts";
import { acme, acmeLogin, startVendor, type Vendor } from "../../packages/server/test/support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor, TOKENS } from "../../packages/server/test/support/scripted-vendor.ts";
import { Visitor } from "../../packages/server/test/support/visitor.ts";

const APP = { clientId: "shared-app", clientSecret: "secret-of-the-app-91d2" };
const dataDir = mkdtempSync(join(tmpdir(), "mortise-mix-up-"));
const ada = new Visitor();
let honest: Vendor;
let evil: Vendor;
let seen: SeenRequest[];
let stolen: SeenRequest[];
let served: Served;
let send: Send;

beforeAll(async () => {
  [honest, evil] = await Promise.all([startVendor(), startVendor()]);
  seen = scriptVendor(honest).seen;
  stolen = scriptVendor(evil).seen;
  served = await serve({
    dataDir,
    port: 0,
    connectors: [named("acme-crm"), named("evil-crm"), bidi],
    deployment: { egress: { allow: [honest.origin, evil.origin] } },
    log: () => undefined,
  });
  send = scriptOf(served);
  await ada.visit(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await Promise.all([honest?.close(), evil?.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  stolen.length = 0;
});

function named(name: string): Connector {
  const { contract, natives } = acme({ login: acmeLogin() });
  return { natives, contract: { ...contract, name } };
}

const ACTING = "\u202egnp.exe\u2066\u200f\u0000\u2028";
/** What was installed before such texts were refused. */
const bidi: Connector = (() => {
  const { contract, natives } = acme({
    login: acmeLogin({ scopes: { profile: `See your name${ACTING}` } }),
  });
  const { listContacts, ...others } = contract.operations;
  if (listContacts === undefined) throw new Error("The connector has other operations.");
  const operations = { ...others, listContacts: { ...listContacts, title: `List${ACTING}` } };
  return { natives, contract: { ...contract, name: "bidi-crm", title: `Acme${ACTING}`, publisher: `acme${ACTING}`, operations } };
})();

let made = 0;
async function sentOff(connector: string, { origin }: Vendor) {
  const name = `crm-${made++}`;
  const body = { connector, auth: "login", settings: { baseUrl: origin }, credential: APP };
  expect((await send("PUT", `/api/v1/connections/${name}`, body)).status).toBe(204);
  const { id } = await api<{ id: string }>("POST", `connections/${name}/authorize`, { mode: "popup" });
  const { authorizeUrl } = await api<{ authorizeUrl: string }>("POST", `connect/${id}/continue`, { scopes: [] });
  const asked = new URL(authorizeUrl).searchParams;
  return { id, name, redirectUri: asked.get("redirect_uri") ?? "", state: asked.get("state") ?? "" };
}
async function api<T>(method: string, path: string, body?: object): Promise<T> {
  return (await (await ada.api(method, `${served.url}/api/v1/${path}`, body)).json()) as T;
}
const handIn = async (visitor: Visitor, address: string, query: Record<string, string>) =>
  (await visitor.visit(`${address}?${new URLSearchParams(query)}`)).headers.get("location");
const asksForTokens = (requests: readonly SeenRequest[]) => requests.filter(({ path }) => path === "/token");

test("each system comes back to an address of its own, so that no system's code is taken for another's", async () => {
  const good = await sentOff("acme-crm", honest);
  const bad = await sentOff("evil-crm", evil);
  expect(good.redirectUri).not.toBe(bad.redirectUri);
  // The evil system sends the browser on to the honest one, which only goes back to the address that is registered there.
  expect(await handIn(ada, good.redirectUri, { code: TOKENS.code, state: bad.state })).toMatch(/turned-away\?why=unknown/);
  expect(asksForTokens(stolen)).toEqual([]);
  expect(await handIn(ada, bad.redirectUri, { code: TOKENS.code, state: good.state })).toMatch(/turned-away\?why=unknown/);
  expect(asksForTokens(seen)).toEqual([]);
});

test("the address that is shown to be registered is the one that is sent", async () => {
  const { redirectUri } = await sentOff("acme-crm", honest);
  expect((await send("GET", "/api/v1/oauth-clients/acme-crm/login")).json()).toMatchObject({ redirectUri });
  expect((await send("GET", "/api/v1/oauth-clients/evil-crm/login")).json()).not.toMatchObject({ redirectUri });
});

test("a document about this deployment is another one for each connector, and names that connector's address alone", async () => {
  const about = async (connector: string) =>
    (await fetch(`${served.url}/oauth/client-metadata/${connector}`)).json() as Promise<{
      client_id: string;
      redirect_uris: string[];
    }>;
  const { redirectUri } = await sentOff("acme-crm", honest);
  expect(await about("acme-crm")).toMatchObject({
    client_id: `${served.url}/oauth/client-metadata/acme-crm`,
    redirect_uris: [redirectUri],
  });
  expect((await about("evil-crm")).redirect_uris).not.toContain(redirectUri);
  expect((await fetch(`${served.url}/oauth/client-metadata/nobody`)).status).toBe(404);
});

test("an issuer that is named and is another one ends the sign-in before anything is sent (RFC 9207)", async () => {
  const { id, redirectUri, state } = await sentOff("acme-crm", honest);
  await handIn(ada, redirectUri, { code: TOKENS.code, state, iss: evil.origin });
  expect(await api("GET", `connect/${id}/status`)).toMatchObject({ status: "failed" });
  expect(asksForTokens(seen)).toEqual([]);
});

test("of two answers with one state at the same moment one is taken", async () => {
  const { redirectUri, state } = await sentOff("acme-crm", honest);
  const query = { code: TOKENS.code, state };
  await Promise.all(Array.from({ length: 8 }, () => handIn(ada, redirectUri, query)));
  expect(asksForTokens(seen)).toHaveLength(1);
});

test("two windows at once end as two sign-ins, whichever comes back first", async () => {
  const [one, two] = [await sentOff("acme-crm", honest), await sentOff("acme-crm", honest)];
  for (const { redirectUri, state } of [two, one]) await handIn(ada, redirectUri, { code: TOKENS.code, state });
  for (const { id } of [one, two]) expect(await api("GET", `connect/${id}/status`)).toMatchObject({ status: "done" });
});

test("a state that is doubled, empty or another sign-in's takes nothing", async () => {
  const { redirectUri, state } = await sentOff("acme-crm", honest);
  const other = await sentOff("acme-crm", honest);
  for (const search of [
    `?code=x&state=${state}&state=${other.state}`,
    "?code=x&state=",
    "?code=x",
    `?code=x&state=${state.slice(0, -1)}`,
    `?code=x&state[]=${state}`,
  ])
    await ada.visit(redirectUri + search);
  expect(asksForTokens(seen)).toEqual([]);
});

test("a browser that was not sent off finishes nobody's sign-in, and what it brings is not repeated to anybody", async () => {
  const { redirectUri, state } = await sentOff("acme-crm", honest);
  const mallory = new Visitor();
  const markup = "<script>alert(1)</script>";
  const answer = await mallory.visit(
    `${redirectUri}?${new URLSearchParams({ code: markup, state, error: `x\r\nset-cookie: a=b` })}`,
  );
  expect(answer.headers.get("location")).toMatch(/turned-away\?why=browser$/);
  expect(`${JSON.stringify([...answer.headers])}${await answer.text()}`).not.toMatch(/alert|a=b/);
  expect(asksForTokens(seen)).toEqual([]);
});

test("a Host of somebody else decides no address that a browser is sent to", async () => {
  const { name } = await sentOff("acme-crm", honest);
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:80"]) {
    const answer = await rawGet(host, `/api/v1/oauth-clients/acme-crm/login`);
    expect(answer, host).not.toMatch(/redirectUri/);
  }
  expect(name).toMatch(/^crm-/);
});

/** `fetch` does not let a Host be said. */
async function rawGet(host: string, path: string): Promise<string> {
  const { request } = await import("node:http");
  const { port } = new URL(served.url);
  return await new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${served.apiToken}` };
    request({ host: "127.0.0.1", port, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

test("a connector cannot write its page of consent from right to left, over lines or out of sight", async () => {
  const name = `crm-${made++}`;
  await send("PUT", `/api/v1/connections/${name}`, {
    connector: "bidi-crm",
    auth: "login",
    settings: { baseUrl: evil.origin },
    credential: APP,
  });
  const { id } = await api<{ id: string }>("POST", `connections/${name}/authorize`, { mode: "popup" });
  const text = JSON.stringify(await api("GET", `connect/${id}`));
  expect(text).toMatch(/Acme/);
  expect(JSON.parse(text)).toMatchObject({ connector: { title: expect.not.stringContaining(ACTING) } });
  expect(text).not.toMatch(/[\u200f\u202a-\u202e\u2066-\u2069\u2028]|\\u0000/);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "access_denied\u0000", "x".repeat(5_000)])(
  "a refusal in the word %j ends the sign-in like any other",
  async (error) => {
    const { id, redirectUri, state } = await sentOff("acme-crm", honest);
    expect(await handIn(ada, redirectUri, { error, state, error_description: "<b>no</b>\u202e" })).toMatch(/\/done$/);
    const { status, result } = await api<{ status: string; result: { message: unknown } }>("GET", `connect/${id}/status`);
    expect(status).toBe("failed");
    expect(result.message).toMatch(/^Access was not granted/);
    expect(result.message).not.toMatch(/\u202e|\p{Cc}/u);
    expect(asksForTokens(seen)).toEqual([]);
  },
);
