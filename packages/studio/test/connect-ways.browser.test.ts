// Pins: people who cannot install an app, sign in with OAuth 1.0a or see that a vendor's delivery has come, in a real browser.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthScheme } from "@mortise/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../server/src/serve.ts";
import { INSTALLED_APP, installable, installation, scriptInstallations } from "../../server/test/support/install-vendor.ts";
import { APP, acmeLogin, startVendor, type Vendor } from "../../server/test/support/oauth-vendor.ts";
import { CONSUMER, oldLogin, scriptOAuth1 } from "../../server/test/support/oauth1-vendor.ts";
import { scriptVendor, TOKENS } from "../../server/test/support/scripted-vendor.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

/** Where pictures are put for whoever wants to look. Absent: nowhere. */
const PICTURES = process.env.MORTISE_PICTURES;

const signature = { header: "x-acme-signature", algorithm: "hmac-sha256", encoding: "hex" } as const;
const auth: { readonly [id: string]: AuthScheme } = {
  app: installation,
  old: oldLogin,
  delivered: acmeLogin({
    title: "Acme account (delivered)",
    codeFrom: { webhook: { code: "/code", signature } },
  }),
};
const dataDir = mkdtempSync(join(tmpdir(), "mortise-connect-ways-"));
const vendors: { [scheme: string]: Vendor } = {};
let served: Served;
let browser: Browser;
let signedIn: SignedIn;

beforeAll(async () => {
  await buildPages();
  for (const scheme of Object.keys(auth)) vendors[scheme] = await startVendor();
  const { app, old, delivered } = vendors;
  if (!app || !old || !delivered) throw new Error("A vendor did not start.");
  const known = scriptInstallations(app);
  scriptOAuth1(old);
  scriptVendor(delivered);
  served = await serve({
    dataDir,
    port: 0,
    connectors: [installable(auth)],
    deployment: { egress: { allow: Object.values(vendors).map(({ origin }) => origin) } },
  });
  known.setup = `${served.url}/oauth/callback/acme-crm`;
  browser = await launchBrowser();
  signedIn = await signIn(browser, served.signInUrl);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  for (const vendor of Object.values(vendors)) await vendor.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const api = async (path: string, method: string, body?: unknown) =>
  await fetch(`${served.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${served.apiToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function put(name: string, scheme: string, credential?: object): Promise<void> {
  const settings = { baseUrl: vendors[scheme]?.origin, ...(scheme === "app" ? {} : { installationId: "1" }) };
  const body = { connector: "acme-crm", settings, auth: scheme, ...(credential ? { credential } : {}) };
  const answer = await api(`connections/${name}`, "PUT", body);
  expect(answer.status, await answer.text()).toBe(204);
}

/** The page looks right to a machine, and there is a picture of it for a person. */
async function look(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  expect(await violations(page), name).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, name).toBe(0);
}

const rowOf = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name });

test("Somebody registers an app, installs it at the other system, and the connection works.", async () => {
  await put("labs", "app");
  const { page, faults, close } = await openPage(browser, { signedIn });
  await page.goto(`${served.url}/connections`);
  await rowOf(page, "labs").getByRole("button", { name: "labs", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Register an app at Acme CRM with this setup address").waitFor();
  expect(await dialog.getByRole("textbox", { name: /^Installation/ }).count()).toBe(0);
  await dialog.getByRole("textbox", { name: /^App ID/ }).fill(INSTALLED_APP.appId);
  await dialog
    .getByLabel(/^Private key/)
    .first()
    .fill(INSTALLED_APP.privateKey);
  await dialog.getByText("Every connection to Acme CRM").click();
  await look(page, "install-dialog-1440-light");
  const opening = page.context().waitForEvent("page");
  await dialog.getByRole("button", { name: "Install" }).click();
  const popup = await opening;
  await popup.getByRole("heading", { level: 1, name: "Install at Acme CRM" }).waitFor();
  await popup.getByText("choose there where the app is installed").waitFor();
  await look(popup, "install-popup-light");
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await page.getByText("labs works").waitFor();
  await rowOf(page, "labs").getByText("Acme CRM · acme-labs").waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("Somebody signs in with OAuth 1.0a in a window of its own.", async () => {
  await put("old", "old", CONSUMER);
  const { page, faults, close } = await openPage(browser, { signedIn });
  await page.goto(`${served.url}/connections`);
  const opening = page.context().waitForEvent("page");
  await rowOf(page, "old").getByRole("button", { name: "Connect old" }).click();
  const popup = await opening;
  await popup.getByRole("heading", { level: 1, name: "Connect Acme CRM" }).waitFor();
  await look(popup, "oauth1-popup-light");
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await rowOf(page, "old").getByText("Acme CRM · ada").waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("A page that waits notices the delivery, and asks whether the account is the right one.", async () => {
  await put("pushed", "delivered", APP);
  const { page, faults, close } = await openPage(browser, { signedIn });
  await page.goto(`${served.url}/connections`);
  await rowOf(page, "pushed").getByRole("button", { name: "pushed", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Use your own app" }).click();
  await dialog.getByText("Delivery address").waitFor();
  await look(page, "delivery-dialog-1440-light");
  const opening = page.context().waitForEvent("page");
  await dialog.getByRole("button", { name: "Connect", exact: true }).click();
  const popup = await opening;
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await popup.getByRole("heading", { level: 1, name: "Waiting for Acme CRM" }).waitFor();
  await look(popup, "delivery-waiting-popup-light");
  const client = await api("oauth-clients/acme-crm/delivered", "GET");
  const { deliveryUrl } = (await client.json()) as { deliveryUrl: string };
  const body = JSON.stringify({ code: TOKENS.code });
  const headers = {
    "content-type": "application/json",
    "x-acme-signature": createHmac("sha256", APP.clientSecret).update(body).digest("hex"),
  };
  expect((await fetch(deliveryUrl, { method: "POST", body, headers })).status).toBe(202);
  await popup.getByRole("heading", { level: 1, name: "Is this your account?" }).waitFor();
  await look(popup, "delivery-asked-popup-light");
  await dialog.getByText("Acme CRM has brought access to the account ada").waitFor();
  await look(page, "delivery-asked-1440-light");
  await dialog.getByRole("button", { name: "Use ada" }).click();
  await page.getByText("pushed works").waitFor();
  await rowOf(page, "pushed").getByText("Acme CRM · ada").waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);
