// Pins: a sign-in at another system that ends in no working connection, or that somebody else can start, steal or finish.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-connect-"));
const log: string[] = [];
let vendor: Vendor;
let served: Served;
let send: Send;
let ada: Visitor;
let callback = "";

beforeAll(async () => {
  vendor = await startVendor();
  served = await serve({
    dataDir,
    port: 0,
    connectors: [acme({ login: acmeLogin(), managed: acmeLogin({ ownClient: false }) })],
    deployment: { egress: { allow: [vendor.origin] } },
    log: (line) => log.push(line),
  });
  callback = `${served.url}/oauth/callback/acme-crm`;
  vendor.openId(callback);
  send = script(served);
  ada = await signedIn(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function signedIn(link: string): Promise<Visitor> {
  const visitor = new Visitor();
  await visitor.visit(link);
  return visitor;
}

interface View {
  readonly status: string;
  readonly scopes: readonly { readonly name: string; readonly required: boolean; readonly chosen: boolean }[];
  readonly result?: { readonly message: string; readonly works?: boolean; readonly label?: string };
}

const at = (path: string) => `${served.url}/api/v1/${path}`;
const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;
const view = (visitor: Visitor, id: string) => json<View>(visitor.api("GET", at(`connect/${id}`)));

let made = 0;
async function connection(parts: object = { auth: "login", credential: APP }): Promise<string> {
  const name = `crm-${made++}`;
  const body = { connector: "acme-crm", settings: { baseUrl: vendor.origin }, ...parts };
  const answer = await send("PUT", `/api/v1/connections/${name}`, body);
  expect(answer.status, answer.text).toBe(204);
  return name;
}

const begin = async (visitor: Visitor, name: string, wish: object = { mode: "popup" }) =>
  json<{ id: string; url: string }>(visitor.api("POST", at(`connections/${name}/authorize`), wish));
const leave = async (visitor: Visitor, id: string, scopes: readonly string[] = []) =>
  json<{ authorizeUrl: string }>(visitor.api("POST", at(`connect/${id}/continue`), { scopes }));

/** All the way to the other system's answer, which is not handed in yet. */
async function answered(visitor: Visitor, name: string, login = "ada") {
  const { id } = await begin(visitor, name);
  const { authorizeUrl } = await leave(visitor, id);
  return { id, authorizeUrl, back: await visitor.consent(authorizeUrl, callback, login) };
}

const handIn = async (visitor: Visitor, back: string) => (await visitor.visit(back)).headers.get("location");
const row = async (name: string) =>
  (await send("GET", "/api/v1/connections"))
    .json<{ connections: { name: string; isConnected: boolean; label?: string; canReconnect: boolean; connect?: string }[] }>()
    .connections.find((each) => each.name === name);

test("a person's consent becomes a connection that works, named after its account", async () => {
  const name = await connection();
  expect(await row(name)).toMatchObject({ isConnected: false, canReconnect: true, connect: "redirect" });
  const { id, url } = await begin(ada, name, { mode: "popup", scopes: ["email"] });
  expect(url).toBe(`/connect/${id}`);
  expect(await view(ada, id)).toMatchObject({
    status: "open",
    connection: name,
    connector: { title: "Acme CRM", publisher: "Acme Inc.", privacy: "https://acme.example/privacy" },
    client: "own",
    isReconnect: false,
    next: new URL(vendor.origin).host,
    hosts: [new URL(vendor.origin).host],
    scopes: [
      { name: "openid", required: true, chosen: true },
      { name: "offline_access", required: true, chosen: true },
      {
        name: "profile",
        purpose: "See your name and your contacts",
        required: false,
        chosen: false,
        operations: [{ name: "listContacts", title: "Read contacts", effect: "read" }],
      },
      { name: "email", required: false, chosen: true, operations: [{ name: "sendMail", effect: "send" }] },
    ],
  });
  const { authorizeUrl } = await leave(ada, id, ["profile"]);
  expect(Object.fromEntries(new URL(authorizeUrl).searchParams)).toMatchObject({
    redirect_uri: callback,
    scope: "openid offline_access profile",
    code_challenge_method: "S256",
  });
  expect(await handIn(ada, await ada.consent(authorizeUrl, callback))).toBe(`/connect/${id}/done`);
  expect(await view(ada, id)).toMatchObject({
    status: "done",
    result: { works: true, label: "ada", message: "The connection works." },
  });
  expect(await row(name)).toMatchObject({ isConnected: true, label: "ada", health: { state: "ok" } });
  expect((await send("POST", `/api/v1/connections/${name}/test`, {})).json()).toMatchObject({ outcome: "success", label: "ada" });
}, 30_000);

test("the answer of the callback keeps the code to itself: no page, no log, no referrer, no cache", async () => {
  const name = await connection();
  const { id, back } = await answered(ada, name);
  const answer = await ada.visit(back);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.getSetCookie().join()).toMatch(new RegExp(`mortise_connect_${id}=;`));
  const { code = "", state = "" } = Object.fromEntries(new URL(back).searchParams);
  const shown = [await answer.text(), answer.headers.get("location"), JSON.stringify(await view(ada, id)), ...log].join("\n");
  for (const secret of [code, state]) {
    expect(secret).not.toBe("");
    expect(shown).not.toContain(secret);
  }
});

test("an answer is taken once", async () => {
  const { id, back } = await answered(ada, await connection());
  const both = await Promise.all([handIn(ada, back), handIn(ada, back)]);
  expect(both.filter((page) => page === `/connect/${id}/done`)).toHaveLength(1);
  expect(await handIn(ada, back)).toMatch(/^\/connect\/turned-away\?why=(used|browser)$/);
  expect(await view(ada, id)).toMatchObject({ status: "done", result: { works: true } });
});

test("another browser, another session and nobody at all are turned away, and the right one is still let in", async () => {
  const { id, back } = await answered(ada, await connection());
  const thief = new Visitor();
  expect(await handIn(thief, back)).toBe("/connect/turned-away?why=browser");
  const bound = [...ada.cookies(served.url)].find(([name]) => name.startsWith("mortise_connect_"));
  const withCookie = async (cookie: string) =>
    (await fetch(back, { redirect: "manual", headers: { cookie } })).headers.get("location");
  expect(await withCookie(`${bound?.[0]}=${bound?.[1]}`)).toBe("/connect/turned-away?why=session");
  expect(
    await withCookie(`${bound?.[0]}=${"x".repeat(43)}; mortise_session=${ada.cookies(served.url).get("mortise_session")}`),
  ).toBe("/connect/turned-away?why=browser");
  expect(await handIn(ada, back.replace(/state=[^&]*/, "state=made-up"))).toBe("/connect/turned-away?why=unknown");
  expect(await view(ada, id)).toMatchObject({ status: "sent" });
  expect(await handIn(ada, back)).toBe(`/connect/${id}/done`);
});

test("what one session began is not there for another", async () => {
  const { id } = await begin(ada, await connection());
  for (const [method, path, body] of [
    ["GET", `connect/${id}`, undefined],
    ["POST", `connect/${id}/continue`, { scopes: [] }],
    ["POST", `connect/${id}/decide`, { replace: true }],
    ["DELETE", `connect/${id}`, undefined],
  ] as const)
    expect((await send(method, `/api/v1/${path}`, body)).status, path).toBe(404);
  expect(await view(ada, id)).toMatchObject({ status: "open" });
});

test("a code of another sign-in is no use: its proof key is another one", async () => {
  const first = await answered(ada, await connection());
  const second = await answered(ada, await connection());
  const code = new URL(first.back).searchParams.get("code") ?? "";
  await handIn(ada, second.back.replace(/code=[^&]*/, `code=${code}`));
  const { status, result } = await view(ada, second.id);
  expect({ status, result }).toMatchObject({
    status: "failed",
    result: { reason: "failed", message: expect.stringContaining("did not accept the sign-in") },
  });
});

test("an answer that names another issuer is not redeemed", async () => {
  const { id, back } = await answered(ada, await connection());
  expect(new URL(back).searchParams.get("iss")).toBe(vendor.origin);
  await handIn(ada, back.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example"));
  expect(await view(ada, id)).toMatchObject({ status: "failed", result: { reason: "failed" } });
});

test("a person who says no, and a system that has trouble, are told in plain words", async () => {
  for (const [error, words] of [
    ["access_denied", "Access was not granted at Acme CRM. Nothing was changed."],
    ["temporarily_unavailable", "Acme CRM is too busy at the moment. Try again later."],
    ["invalid_scope", /^Acme CRM does not give one of the permissions/],
  ] as const) {
    const name = await connection();
    const { id } = await begin(ada, name);
    const state = new URL((await leave(ada, id)).authorizeUrl).searchParams.get("state");
    const iss = encodeURIComponent(vendor.origin);
    expect(await handIn(ada, `${callback}?error=${error}&error_description=%3Cscript%3E&state=${state}&iss=${iss}`)).toBe(
      `/connect/${id}/done`,
    );
    const { status, result } = await view(ada, id);
    expect(status).toBe("failed");
    expect(result?.message).toMatch(words);
    expect(await row(name)).toMatchObject({ isConnected: false });
  }
});

test("a sign-in that was given up is not finished any more", async () => {
  const { id, back } = await answered(ada, await connection());
  expect((await ada.api("DELETE", at(`connect/${id}`))).status).toBe(204);
  expect(await handIn(ada, back)).toBe("/connect/turned-away?why=used");
  expect(await view(ada, id)).toMatchObject({ status: "cancelled" });
});

test("the way back leads to this server's pages alone", async () => {
  const name = await connection();
  const ask = (returnTo: string) => ada.api("POST", at(`connections/${name}/authorize`), { mode: "redirect", returnTo });
  for (const bad of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "/a/..//evil.example",
    "/./\\evil.example",
    "javascript:alert(1)",
    "connections",
    "/api/v1/session",
    "/oauth/callback?state=x",
    "/%2e%2e//evil.example",
    "",
  ])
    expect((await ask(bad)).status, bad).toBe(400);
  const { id } = (await (await ask("/workflows/a/edit?step=b#c")).json()) as { id: string };
  expect(await view(ada, id)).toMatchObject({ mode: "redirect", returnTo: "/workflows/a/edit?step=b#c" });
});

test("no page of another origin can begin a sign-in or send the browser off", async () => {
  const name = await connection();
  const { id } = await begin(ada, name);
  for (const headers of [
    {},
    { "x-mortise": "1", origin: "https://evil.example" },
    { "x-mortise": "1", "sec-fetch-site": "cross-site" },
  ]) {
    const plain = headers as Record<string, string>;
    expect((await ada.api("POST", at(`connect/${id}/continue`), { scopes: [] }, plain)).status).toBe(403);
    expect((await ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" }, plain)).status).toBe(403);
  }
  expect((await new Visitor().api("POST", at(`connect/${id}/continue`), { scopes: [] })).status).toBe(401);
  expect(await view(ada, id)).toMatchObject({ status: "open" });
});

test("a script has no browser that could be sent off, and only known permissions can be asked for", async () => {
  const name = await connection();
  expect((await send("POST", `/api/v1/connections/${name}/authorize`, { mode: "popup" })).json()).toMatchObject({
    code: "NOT_ALLOWED",
  });
  const { id } = await begin(ada, name);
  expect((await ada.api("POST", at(`connect/${id}/continue`), { scopes: ["admin"] })).status).toBe(400);
});

test("another account is asked about before it takes the place of the one before", async () => {
  const name = await connection();
  await handIn(ada, (await answered(ada, name)).back);
  expect(await row(name)).toMatchObject({ label: "ada" });
  const other = async () => {
    const visitor = await anew();
    const sign = await answered(visitor, name, "grace");
    await handIn(visitor, sign.back);
    return { visitor, id: sign.id };
  };
  const first = await other();
  expect(await view(first.visitor, first.id)).toMatchObject({
    status: "other_account",
    result: { label: "grace", previousLabel: "ada" },
  });
  expect(await row(name)).toMatchObject({ label: "ada", isConnected: true });
  await first.visitor.api("POST", at(`connect/${first.id}/decide`), { replace: false });
  expect(await view(first.visitor, first.id)).toMatchObject({ status: "cancelled" });
  expect(await row(name)).toMatchObject({ label: "ada" });
  const second = await other();
  await second.visitor.api("POST", at(`connect/${second.id}/decide`), { replace: true });
  expect(await view(second.visitor, second.id)).toMatchObject({ status: "done", result: { works: true, label: "grace" } });
  expect(await row(name)).toMatchObject({ label: "grace" });
}, 30_000);

/** The same session in a browser that is not signed in at the provider. */
async function anew(): Promise<Visitor> {
  const visitor = new Visitor();
  const session = ada.cookies(served.url).get("mortise_session") ?? "";
  visitor.keep(served.url, "mortise_session", session);
  return visitor;
}

test("a connection that was changed meanwhile does not take the credential of the one before", async () => {
  const name = await connection();
  const { id, back } = await answered(ada, name);
  await send("PUT", `/api/v1/connections/${name}`, {
    connector: "acme-crm",
    settings: { baseUrl: vendor.origin },
    auth: "managed",
  });
  await handIn(ada, back);
  expect(await view(ada, id)).toMatchObject({ status: "failed" });
  expect(await row(name)).toMatchObject({ isConnected: false });
});
