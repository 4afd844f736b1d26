// Pins: a code that a vendor delivers and nobody takes, a delivery that is made up and ends a sign-in, and a code of somebody else that is used
// unasked.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script as scriptOf } from "../support/client.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor, TOKENS, type VendorScript } from "../support/scripted-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const signature = { header: "x-acme-signature", algorithm: "hmac-sha256", encoding: "hex" } as const;
const dataDir = mkdtempSync(join(tmpdir(), "mortise-deliveries-"));
const log: string[] = [];
let vendor: Vendor;
let script: VendorScript;
let seen: SeenRequest[];
let served: Served;
let send: Send;
const ada = new Visitor();

beforeAll(async () => {
  vendor = await startVendor();
  ({ script, seen } = scriptVendor(vendor));
  served = await serve({
    dataDir,
    port: 0,
    connectors: [
      acme({
        login: acmeLogin(),
        delivered: acmeLogin({ codeFrom: { webhook: { code: "/grant/code", state: "/grant/state", signature } } }),
        signed: acmeLogin({ codeFrom: { webhook: { code: "/code", signature } } }),
      }),
    ],
    deployment: { egress: { allow: [vendor.origin] } },
    log: (line) => log.push(line),
  });
  send = scriptOf(served);
  await ada.visit(served.signInUrl);
  for (const scheme of ["delivered", "signed"]) await send("PUT", `/api/v1/oauth-clients/acme-crm/${scheme}`, APP);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;
const at = (path: string) => `${served.url}/api/v1/${path}`;
const view = (id: string) => json<{ status: string; result?: object }>(ada.api("GET", at(`connect/${id}`)));
const addressOf = async (scheme: string) =>
  (await send("GET", `/api/v1/oauth-clients/acme-crm/${scheme}`)).json<{ deliveryUrl: string }>().deliveryUrl;

let made = 0;
async function sentOff(auth: string) {
  const name = `crm-${made++}`;
  const put = await send("PUT", `/api/v1/connections/${name}`, {
    connector: "acme-crm",
    settings: { baseUrl: vendor.origin },
    auth,
  });
  expect(put.status, put.text).toBe(204);
  const { id } = await json<{ id: string }>(ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" }));
  const { authorizeUrl } = await json<{ authorizeUrl: string }>(ada.api("POST", at(`connect/${id}/continue`), { scopes: [] }));
  return { name, id, state: new URL(authorizeUrl).searchParams.get("state") ?? "" };
}

/** What the vendor sends; a signature that is given takes the place of the right one. */
async function deliver(url: string, body: object | string, given?: string): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const sign = given ?? createHmac("sha256", APP.clientSecret).update(text).digest("hex");
  const headers = { "content-type": "application/json", "x-acme-signature": sign };
  return (await fetch(url, { method: "POST", body: text, headers })).status;
}

const ended = async (id: string) => {
  await expect.poll(async () => (await view(id)).status, { timeout: 15_000, interval: 50 }).not.toMatch(/sent|finishing/);
  return await view(id);
};

test("a code that the vendor delivers connects the one who waits for it", async () => {
  const url = await addressOf("delivered");
  expect(url).toMatch(new RegExp(`^${served.url}/oauth/deliveries/[\\w-]{32}$`));
  expect(await addressOf("delivered")).toBe(url);
  expect(await addressOf("login")).toBeUndefined();
  const { name, id, state } = await sentOff("delivered");
  expect(await view(id)).toMatchObject({ status: "sent", isDelivered: true });
  // The browser may come back before the delivery, and brings nothing.
  expect((await ada.visit(`${served.url}/oauth/callback/acme-crm?state=${state}`)).headers.get("location")).toBe(
    `/connect/${id}/done`,
  );
  expect(await view(id)).toMatchObject({ status: "sent" });
  expect(await deliver(url, { grant: { code: TOKENS.code, state } })).toBe(202);
  expect(await ended(id)).toMatchObject({ status: "done", result: { works: true, label: "ada" } });
  expect(seen.findLast(({ path }) => path === "/token")?.form).toMatchObject({ code: TOKENS.code });
  const tested = await send("POST", `/api/v1/connections/${name}/test`, {});
  expect(tested.json()).toMatchObject({ outcome: "success" });
}, 30_000);

test("what is made up is turned away, ends nothing, and the right delivery is still taken, once", async () => {
  const url = await addressOf("delivered");
  const { id, state } = await sentOff("delivered");
  const good = { grant: { code: TOKENS.code, state } };
  const before = seen.filter(({ path }) => path === "/token").length;
  expect(await deliver(url, good, "00".repeat(32))).toBe(401);
  expect(await deliver(url, { grant: { code: "evil", state: "made-up-and-long-enough" } })).toBe(404);
  expect(await deliver(url, { grant: { code: "evil" } })).toBe(404);
  expect(await deliver(url, "not json at all")).toBe(404);
  expect(
    await deliver(
      url.replace(/.$/, (last) => (last === "a" ? "b" : "a")),
      good,
    ),
  ).toBe(404);
  expect(await deliver(await addressOf("signed"), good)).toBe(404);
  expect(await deliver(url, JSON.stringify({ ...good, padding: "x".repeat(70_000) }))).toBe(413);
  expect(await view(id)).toMatchObject({ status: "sent" });
  expect(seen.filter(({ path }) => path === "/token")).toHaveLength(before);
  const both = await Promise.all([deliver(url, good), deliver(url, good)]);
  expect(both.sort()).toEqual([202, 409]);
  expect(await ended(id)).toMatchObject({ status: "done" });
  expect(await deliver(url, good)).toBe(409);
});

test("a person who is sent back with a no is told so, and a code that is refused fails in words", async () => {
  const first = await sentOff("delivered");
  const back = `${served.url}/oauth/callback/acme-crm?error=access_denied&state=${first.state}`;
  await ada.visit(back);
  expect(await view(first.id)).toMatchObject({ status: "failed", result: { reason: "denied" } });
  const second = await sentOff("delivered");
  script.tokenError = "invalid_grant";
  expect(await deliver(await addressOf("delivered"), { grant: { code: TOKENS.code, state: second.state } })).toBe(202);
  expect(await ended(second.id)).toMatchObject({
    status: "failed",
    result: { message: expect.stringContaining("Acme CRM did not") },
  });
  script.tokenError = undefined;
});

test("a code that nothing but its signature speaks for is asked about, and taken while one person waits alone", async () => {
  const url = await addressOf("signed");
  const one = await sentOff("signed");
  const other = await sentOff("signed");
  expect(await deliver(url, { code: TOKENS.code })).toBe(409);
  await ada.api("DELETE", at(`connect/${other.id}`));
  expect(await deliver(url, { code: TOKENS.code })).toBe(202);
  expect(await ended(one.id)).toMatchObject({
    status: "other_account",
    result: { label: "ada", message: "Acme CRM has brought access to the account ada. Use it only if that is yours." },
  });
  await ada.api("POST", at(`connect/${one.id}/decide`), { replace: true });
  expect(await view(one.id)).toMatchObject({ status: "done", result: { works: true } });
});

test("no code and no state is in a log or an answer", async () => {
  const shown = [...log, (await send("GET", "/api/v1/connections")).text].join("\n");
  expect(shown).not.toContain(TOKENS.code);
});
