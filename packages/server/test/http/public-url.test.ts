// Pins: a server behind a proxy that sends browsers and other systems to an address of its own machine, or that takes orders from pages of other
// origins because of its public one.
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { APP, acme, acmeLogin } from "../support/oauth-vendor.ts";

const HOME = "https://mortise.example.com";
const dataDir = mkdtempSync(join(tmpdir(), "mortise-public-url-"));
let served: Served;
let session = "";

beforeAll(async () => {
  const delivered = acmeLogin({ codeFrom: { webhook: { code: "/code", state: "/state" } } });
  served = await serve({
    dataDir,
    port: 0,
    connectors: [acme({ login: acmeLogin(), delivered })],
    deployment: { publicUrl: HOME },
  });
  const { headers } = await ask("GET", served.signInUrl.slice(HOME.length));
  const [cookie = ""] = headers["set-cookie"] ?? [];
  expect(cookie).toContain("; Secure");
  session = cookie.split(";")[0] ?? "";
}, 60_000);
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly [key: string]: unknown };
}

/** As a proxy hands it on; `host` is what the browser asked for. */
function ask(
  method: string,
  path: string,
  more: { readonly host?: string; readonly origin?: string; readonly body?: object } = {},
) {
  const { host = "mortise.example.com", origin, body } = more;
  const headers = {
    host,
    cookie: session,
    ...(origin === undefined ? {} : { origin, "x-mortise": "1" }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  return new Promise<Seen>((resolve, reject) => {
    const sent = request(new URL(path, served.url), { method, headers }, async (answer) => {
      let text = "";
      for await (const chunk of answer) text += String(chunk);
      const isJson = /json/.test(answer.headers["content-type"] ?? "");
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: isJson ? JSON.parse(text) : {} });
    });
    sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test("people sign in, and other systems come back, at the public address", async () => {
  expect(served.signInUrl.startsWith(`${HOME}/signin?token=`)).toBe(true);
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const host of ["mortise.example.com", new URL(served.url).host])
    expect((await ask("GET", "/api/v1/oauth-clients/acme-crm/delivered", { host })).body).toMatchObject({
      redirectUri: `${HOME}/oauth/callback/acme-crm`,
      deliveryUrl: expect.stringMatching(/^https:\/\/mortise\.example\.com\/oauth\/deliveries\/[\w-]{32}$/),
    });
  expect((await ask("GET", "/oauth/client-metadata/acme-crm")).body).toMatchObject({
    client_id: `${HOME}/oauth/client-metadata/acme-crm`,
    redirect_uris: [`${HOME}/oauth/callback/acme-crm`],
  });
});

test("a host name that is neither this machine's nor the public one is not served", async () => {
  for (const host of ["evil.example.com", "mortise.example.com.evil.example", "example.com"])
    expect((await ask("GET", "/api/v1/session", { host })).status, host).toBe(403);
  expect((await ask("GET", "/api/v1/session")).status).toBe(200);
});

test("a sign-in begins at the public address alone, and is not begun by pages of other origins", async () => {
  const settings = { baseUrl: "http://127.0.0.1:9" };
  const body = { connector: "acme-crm", settings, auth: "login", credential: APP };
  expect((await ask("PUT", "/api/v1/connections/crm", { origin: HOME, body })).status).toBe(204);
  const path = "/api/v1/connections/crm/authorize";
  const begin = (origin: string, host?: string) =>
    ask("POST", path, { origin, body: { mode: "popup" }, ...(host === undefined ? {} : { host }) });
  expect((await begin("https://evil.example.com")).status).toBe(403);
  const elsewhere = await begin(served.url, new URL(served.url).host);
  expect(elsewhere.body).toMatchObject({ code: "NOT_ALLOWED", remedy: `Open Mortise at ${HOME} and connect there.` });
  const { status, body: begun } = await begin(HOME);
  expect(status).toBe(201);
  const sent = await ask("POST", `/api/v1/connect/${begun.id}/continue`, { origin: HOME, body: { scopes: [] } });
  expect(new URL(String(sent.body.authorizeUrl)).searchParams.get("redirect_uri")).toBe(`${HOME}/oauth/callback/acme-crm`);
  expect(sent.headers["set-cookie"]?.join()).toMatch(/mortise_connect_.*; Secure/);
});

test("metrics are shown to those who are signed in or have the API token, and to no stranger on the way", async () => {
  const metrics = async (headers: Record<string, string>) => {
    const answer = await fetch(new URL("/metrics", served.url), { headers });
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() };
  };
  expect(await metrics({})).toMatchObject({ status: 401, text: expect.not.stringContaining("mortise_") });
  const scraped = await metrics({ authorization: `Bearer ${served.apiToken}`, accept: "application/openmetrics-text" });
  expect(scraped).toMatchObject({ status: 200, type: expect.stringContaining("openmetrics-text") });
  expect(scraped.text).toMatch(/^target_info\{service_name="mortise",.*service_version="\d+\.\d+\.\d+"/m);
  expect((await metrics({ cookie: session })).status).toBe(200);
});
