// Pins: a credential that a browser gets to see again, by whatever answer or page, and access that outlives its connection unsaid.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script as scriptOf } from "../support/client.ts";
import { acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor, TOKENS, type VendorScript } from "../support/scripted-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const OWN = { clientId: "own-app", clientSecret: "canary-own-secret-6e2f9b" };
const SHARED = { clientId: "shared-app", clientSecret: "canary-shared-secret-6e2f9b" };
const dataDir = mkdtempSync(join(tmpdir(), "mortise-write-only-"));
const shown: string[] = [];
let vendor: Vendor;
let script: VendorScript;
let seen: SeenRequest[];
let served: Served;
let send: Send;
const ada = new Visitor();

beforeAll(async () => {
  vendor = await startVendor();
  ({ script, seen } = scriptVendor(vendor));
  const login = acmeLogin({ revokeUrl: "{settings.baseUrl}/revoke" });
  const device = acmeLogin({ grant: "device_code", authorizeUrl: undefined, deviceUrl: "{settings.baseUrl}/device/auth" });
  const renamed = acmeLogin({ rename: { authorize: { state: "ticket" } } });
  const stateless = acmeLogin({ rename: { authorize: { state: null } } });
  served = await serve({
    dataDir,
    port: 0,
    connectors: [
      acme({
        login,
        device,
        managed: acmeLogin({ ownClient: false }),
        renamed,
        stateless,
        key: { kind: "apiKey", in: "header", name: "X-Key" },
      }),
    ],
    deployment: { egress: { allow: [vendor.origin] } },
    log: (line) => shown.push(line),
  });
  send = scriptOf(served);
  await ada.visit(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A request of a page, whose answer is remembered whole. */
async function ask<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
  const answer = await ada.api(method, `${served.url}/api/v1/${path}`, body);
  const text = await answer.text();
  shown.push([...answer.headers].join("\n"), text);
  expect({ path, status: answer.status, text: text.slice(0, 300) }).toMatchObject({ status });
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function look(url: string): Promise<Response> {
  const answer = await ada.visit(url);
  shown.push([...answer.headers].join("\n"), await answer.text());
  return answer;
}

const put = (name: string, auth: string, credential?: object) =>
  ask("PUT", `connections/${name}`, { connector: "acme-crm", settings: { baseUrl: vendor.origin }, auth, credential }, 204);

async function signIn(name: string): Promise<string> {
  const { id, url } = await ask<{ id: string; url: string }>("POST", `connections/${name}/authorize`, { mode: "popup" }, 201);
  await look(served.url + url);
  await ask("GET", `connect/${id}`);
  const { authorizeUrl } = await ask<{ authorizeUrl: string }>("POST", `connect/${id}/continue`, { scopes: ["profile"] });
  const back = (await ada.visit(authorizeUrl)).headers.get("location") ?? "";
  await look(new URL((await look(back)).headers.get("location") ?? "", served.url).href);
  await ask("GET", `connect/${id}/status`);
  return id;
}

interface Row {
  readonly name: string;
  readonly isConnected: boolean;
  readonly label?: string;
  readonly health: { readonly state: string };
}
const rows = async () => (await ask<{ connections: readonly Row[] }>("GET", "connections")).connections;

/** Ways in which a secret may be written. */
function forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inside = [0, 1, 2].map((skip) => bytes.subarray(skip).toString("base64").replace(/=+$/, "").slice(2, -4));
  return [secret, encodeURIComponent(secret), bytes.toString("hex"), bytes.toString("base64url"), ...inside];
}

test("no answer and no page shows a secret that was entered, given or used", async () => {
  await put("own", "login", OWN);
  await signIn("own");
  await ask("PUT", "oauth-clients/acme-crm/login", SHARED);
  await ask("PUT", "oauth-clients/acme-crm/device", SHARED);
  expect(await ask("GET", "oauth-clients/acme-crm/login")).toMatchObject({
    isConfigured: true,
    clientId: "shared-app",
    has: ["clientId", "clientSecret"],
    redirectUri: `${served.url}/oauth/callback/acme-crm`,
  });
  await put("shared", "login");
  await signIn("shared");
  await put("keyed", "key", { apiKey: "canary-api-key-6e2f9b" });
  await put("tv", "device");
  script.tokenError = "authorization_pending";
  const code = await ask<{ id: string; userCode: string }>("POST", "connections/tv/device", {}, 201);
  expect(code).toMatchObject({ userCode: "WDJB-MJHT", verificationUriComplete: `${vendor.origin}/device?user_code=WDJB-MJHT` });
  const device = () => ask<{ status: string }>("GET", `connections/tv/device/${code.id}`);
  expect(await device()).toMatchObject({ status: "pending" });
  script.tokenError = undefined;
  await expect.poll(async () => (await device()).status, { timeout: 15_000, interval: 100 }).toBe("connected");
  script.apiStatus = 401;
  for (const name of ["own", "shared", "keyed", "tv"]) await ask("POST", `connections/${name}/test`, {});
  script.apiStatus = 200;
  await put("own", "login", { ...OWN, clientId: "another-app" });
  await ask(
    "PUT",
    "connections/wrong",
    {
      connector: "acme-crm",
      settings: { baseUrl: vendor.origin },
      auth: "login",
      credential: { clientSecret: OWN.clientSecret },
    },
    422,
  );
  for (const path of [
    "connections",
    "connections/events",
    "catalog/connectors/acme-crm",
    "runs",
    "session",
    "health",
    "oauth-clients/acme-crm/login",
  ])
    await ask("GET", path);
  for (const path of ["/", "/connections", "/metrics", "/connect/turned-away?why=used", "/oauth/client-metadata/acme-crm"])
    await look(served.url + path);

  const used = seen.map(({ authorization, form }) => authorization + JSON.stringify(form)).join("\n");
  const secrets = [OWN.clientSecret, SHARED.clientSecret, TOKENS.device, TOKENS.code, "canary-api-key-6e2f9b"];
  for (const n of [1, 2, 3]) secrets.push(TOKENS.access(n), TOKENS.refresh(n));
  expect(used).toContain(TOKENS.access(1));
  expect(used).toContain(Buffer.from(`${SHARED.clientId}:${SHARED.clientSecret}`).toString("base64"));
  const all = shown.join("\n");
  expect(all.length).toBeGreaterThan(10_000);
  for (const secret of secrets) for (const form of forms(secret)) expect(all.includes(form), form).toBe(false);
}, 40_000);

test("a connection brings no app of its own where the contract wants the deployment's", async () => {
  await ask(
    "PUT",
    "connections/managed",
    { connector: "acme-crm", settings: { baseUrl: vendor.origin }, auth: "managed", credential: OWN },
    422,
  );
  await put("managed", "managed");
  expect(await ask("POST", "connections/managed/authorize", { mode: "popup" }, 422)).toMatchObject({
    code: "MISCONFIGURED",
    detail: "No app is registered at Acme CRM yet.",
  });
  await ask("PUT", "oauth-clients/acme-crm/managed", SHARED);
  await signIn("managed");
  expect((await rows()).find(({ name }) => name === "managed")).toMatchObject({
    isConnected: true,
    label: "ada",
    health: { state: "ok" },
  });
  await ask("PUT", "oauth-clients/acme-crm/managed", { clientId: "shared-app" });
  await ask("PUT", "oauth-clients/acme-crm/managed", { clientId: "other-app" }, 422);
  await ask("PUT", "oauth-clients/acme-crm/managed", { ...SHARED, extra: "x" }, 422);
  await ask("PUT", "oauth-clients/acme-crm/key", SHARED, 422);
  await ask("DELETE", "oauth-clients/acme-crm/managed", undefined, 204);
  expect(await ask("GET", "oauth-clients/acme-crm/managed")).toMatchObject({ isConfigured: false, ownClient: false });
}, 20_000);

test("deleting a connection takes its access back, and says so where that does not work", async () => {
  await put("gone", "login");
  await signIn("gone");
  const before = seen.length;
  expect(await ask("DELETE", "connections/gone")).toEqual({ revoked: true, message: "Acme CRM has taken the access back." });
  expect(seen.slice(before).map(({ path, form }) => [path, form.token?.startsWith("canary-")])).toContainEqual(["/revoke", true]);
  await put("stuck", "login");
  await signIn("stuck");
  script.revokeStatus = 500;
  expect(await ask("DELETE", "connections/stuck")).toMatchObject({
    revoked: false,
    message: expect.stringMatching(/^Acme CRM did not take the access back .* Remove it in your account there\.$/),
  });
  script.revokeStatus = 200;
  expect((await rows()).map(({ name }) => name)).not.toContain("stuck");
  await put("empty", "login");
  expect(await ask("DELETE", "connections/empty")).toMatchObject({ revoked: false });
}, 20_000);

test("what a device shows is there for the session that asked for it alone", async () => {
  await put("tv2", "device");
  script.tokenError = "authorization_pending";
  const { id } = await ask<{ id: string }>("POST", "connections/tv2/device", {}, 201);
  expect((await send("GET", `/api/v1/connections/tv2/device/${id}`)).status).toBe(404);
  await ask("GET", `connections/tv/device/${id}`, undefined, 404);
  await ask("DELETE", `connections/tv2/device/${id}`, undefined, 204);
  expect(await ask("GET", `connections/tv2/device/${id}`)).toMatchObject({ status: "failed" });
  script.tokenError = undefined;
});

test("a system that brings the state back under another name, or not at all, is understood", async () => {
  for (const auth of ["renamed", "stateless"]) {
    await put(auth, auth, OWN);
    const id = await signIn(auth);
    expect(await ask("GET", `connect/${id}/status`), auth).toMatchObject({ status: "done", result: { works: true } });
  }
  const { id } = await ask<{ id: string }>("POST", "connections/stateless/authorize", { mode: "popup" }, 201);
  await ask("POST", `connect/${id}/continue`, { scopes: [] });
  const stranger = await fetch(`${served.url}/oauth/callback/acme-crm?code=${TOKENS.code}`, { redirect: "manual" });
  expect(stranger.headers.get("location")).toBe("/connect/turned-away?why=unknown");
  expect(await ask("GET", `connect/${id}/status`)).toEqual({ status: "sent" });
});
