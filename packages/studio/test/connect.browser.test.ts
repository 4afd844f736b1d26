// Pins: a sign-in at another system that a person cannot get through in a real browser: windows, the way back, codes, accounts; and pages
// of it that cannot be read by everybody or break the page's own security policy.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../server/src/serve.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../../server/test/support/oauth-vendor.ts";
import { scriptVendor } from "../../server/test/support/scripted-vendor.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

/** Where pictures are put for whoever wants to look. Absent: nowhere. */
const PICTURES = process.env.MORTISE_PICTURES;

const dataDir = mkdtempSync(join(tmpdir(), "mortise-connect-browser-"));
let vendor: Vendor;
let codes: Vendor;
let codeScript: ReturnType<typeof scriptVendor>["script"];
let served: Served;
let browser: Browser;
let signedIn: SignedIn;

beforeAll(async () => {
  await buildPages();
  vendor = await startVendor();
  codes = await startVendor();
  codeScript = scriptVendor(codes).script;
  served = await serve({
    dataDir,
    port: 0,
    connectors: [
      acme({
        login: acmeLogin({ revokeUrl: "{settings.baseUrl}/token/revocation" }),
        device: acmeLogin({
          title: "Code on another device",
          grant: "device_code",
          authorizeUrl: undefined,
          deviceUrl: "{settings.baseUrl}/device/auth",
        }),
      }),
    ],
    deployment: { egress: { allow: [vendor.origin, codes.origin] } },
  });
  vendor.openId(`${served.url}/oauth/callback/acme-crm`);
  browser = await launchBrowser();
  signedIn = await signIn(browser, served.signInUrl);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  await vendor?.close();
  await codes?.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const api = (path: string, method: string, body: unknown) =>
  fetch(`${served.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${served.apiToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const put = async (name: string, parts: object = { auth: "login", credential: APP }) => {
  const body = { connector: "acme-crm", settings: { baseUrl: vendor.origin }, ...parts };
  expect((await api(`connections/${name}`, "PUT", body)).status).toBe(204);
};

/** A page of the studio; the provider's own pages ask for a font that is elsewhere. */
async function open(parts: Omit<Parameters<typeof openPage>[1], "signedIn"> = {}) {
  const opened = await openPage(browser, { signedIn, ...parts });
  await opened.page
    .context()
    .route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  return opened;
}

/** The page looks right to a machine, and there is a picture of it for a person. */
async function look(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  expect(await violations(page), name).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, name).toBe(0);
}

/** What a person does at the provider: signs in, says yes. */
async function consent(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator("form button, form input[type=submit]").first().click();
  await page.getByRole("button", { name: "Continue" }).click();
}

/** The window that opens next. */
const nextWindow = (context: BrowserContext) => context.waitForEvent("page");

test("Somebody makes a connection in a window of its own, reading first what it will be allowed to do.", async () => {
  const { page, faults, close } = await open();
  await page.goto(`${served.url}/connections`);
  await page.getByRole("button", { name: "New connection" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Connector" }).click();
  await page.getByRole("option", { name: "Acme CRM" }).click();
  await dialog.getByRole("textbox", { name: /^Address/ }).fill(vendor.origin);
  await dialog.getByRole("heading", { name: "Register an app" }).waitFor();
  await dialog.getByText(`${served.url}/oauth/callback/acme-crm`).waitFor();
  await dialog.getByRole("textbox", { name: /^Client ID/ }).fill(APP.clientId);
  await dialog
    .getByLabel(/^Client secret/)
    .first()
    .fill(APP.clientSecret);
  await dialog.getByText("Every connection to Acme CRM").click();
  await look(page, "dialog-1440-light");
  const opening = nextWindow(page.context());
  await dialog.getByRole("button", { name: "Connect" }).click();
  const popup = await opening;
  await popup.getByRole("heading", { level: 1, name: "Connect Acme CRM" }).waitFor();
  await popup.getByText("Connector by Acme Inc.").waitFor();
  await popup.getByRole("checkbox", { name: "See your e-mail address" }).check();
  expect(await popup.getByRole("checkbox", { name: "Stay connected while you are away" }).isDisabled()).toBe(true);
  await look(popup, "consent-popup-light");
  await look(page, "dialog-waiting-1440-light");
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await consent(popup, "ada");
  await page.getByText("acme-crm works").waitFor();
  await dialog.waitFor({ state: "hidden" });
  const row = page.getByRole("listitem").filter({ hasText: "acme-crm" });
  await row.getByText("Acme CRM · ada").waitFor();
  await row.getByText("Healthy").waitFor();
  await look(page, "connections-1440-light");
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("Where the browser opens no window, the same tab goes there and comes back to where it was.", async () => {
  await put("tab");
  const { page, faults, close } = await open({ colorScheme: "dark", width: 390 });
  await page.addInitScript(() => {
    globalThis.open = () => null;
  });
  await page.goto(`${served.url}/connections`);
  const row = page.getByRole("listitem").filter({ hasText: "tab" });
  await row.getByText("Not connected").waitFor();
  await row.getByRole("button", { name: "Connect tab" }).click();
  await look(page, "blocked-390-dark");
  await row.getByRole("button", { name: "Continue in this tab" }).click();
  await page.getByRole("heading", { level: 1, name: "Connect Acme CRM" }).waitFor();
  await look(page, "consent-390-dark");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Continue to Acme CRM" }).focus();
  await page.keyboard.press("Enter");
  await consent(page, "grace");
  await page.getByRole("heading", { level: 1, name: "Connections" }).waitFor();
  await row.getByText("Acme CRM · grace").waitFor();
  await look(page, "connections-390-dark");
  expect(new URL(page.url()).pathname).toBe("/connections");
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("Home says which connections need somebody; another account is asked about before it is used.", async () => {
  await put("mine");
  const first = await open();
  await first.page.goto(served.url);
  await first.page.getByRole("heading", { name: "1 connection needs you" }).waitFor();
  await look(first.page, "home-1440-light");
  let opening = nextWindow(first.page.context());
  await first.page.getByRole("button", { name: "Connect mine" }).click();
  let popup = await opening;
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await consent(popup, "ada");
  await first.page.getByRole("heading", { name: "1 connection needs you" }).waitFor({ state: "hidden" });
  expect(first.faults).toEqual([]);
  await first.close();

  const { page, faults, close } = await open({ colorScheme: "dark" });
  await page.goto(`${served.url}/connections`);
  await page.getByRole("button", { name: "Actions for mine" }).click();
  await page.getByRole("menuitem", { name: "Reconnect" }).click();
  opening = nextWindow(page.context());
  await page.getByRole("dialog").getByRole("button", { name: "Reconnect" }).click();
  popup = await opening;
  await popup.getByRole("heading", { level: 1, name: "Reconnect Acme CRM" }).waitFor();
  await look(popup, "reconnect-popup-dark");
  await popup.getByRole("button", { name: "Continue to Acme CRM" }).click();
  await consent(popup, "grace");
  await popup.getByRole("heading", { level: 1, name: "Another account" }).waitFor();
  await look(popup, "other-account-popup-dark");
  await popup.getByRole("button", { name: "Keep ada" }).click();
  await popup.getByRole("heading", { level: 1, name: "The sign-in was cancelled" }).waitFor();
  await look(popup, "cancelled-popup-dark");
  await page.getByText("The account before stays in use.").waitFor();
  await look(page, "dialog-ended-1440-dark");
  await page.keyboard.press("Escape");
  await page.getByRole("listitem").filter({ hasText: "mine" }).getByText("Acme CRM · ada").waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("A code is shown large, counts down, and connects once it was entered.", async () => {
  codeScript.tokenError = "authorization_pending";
  await put("tv", { auth: "device", settings: { baseUrl: codes.origin }, credential: APP });
  const { page, faults, close } = await open();
  await page.goto(`${served.url}/connections`);
  await page.getByRole("button", { name: "Connect tv" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Connect", exact: true }).click();
  await dialog.getByText("WDJB-MJHT").waitFor();
  await dialog.getByText(/^The code is good for \d+:\d\d$/).waitFor();
  expect(await dialog.getByRole("link", { name: /^Open 127\.0\.0\.1/ }).getAttribute("href")).toBe(
    `${codes.origin}/device?user_code=WDJB-MJHT`,
  );
  await look(page, "device-1440-light");
  codeScript.tokenError = undefined;
  await page.getByText("tv works").waitFor();
  await dialog.waitFor({ state: "hidden" });
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("An answer that belongs to nobody, and a sign-in that somebody gave up, end on a page that says so.", async () => {
  await put("left");
  const { page, faults, close } = await open({ width: 390 });
  await page.goto(`${served.url}/oauth/callback/acme-crm?code=x&state=made-up-and-long-enough`);
  await page.getByRole("heading", { level: 1, name: "This answer was not accepted" }).waitFor();
  expect(page.url()).not.toContain("made-up");
  await look(page, "turned-away-390-light");
  await page.goto(`${served.url}/connections`);
  const opening = nextWindow(page.context());
  await page.getByRole("button", { name: "Connect left" }).click();
  const popup = await opening;
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Cancel" }).click();
  await closed;
  await page.getByText("left does not work").waitFor();
  await page.getByRole("button", { name: "Connect left" }).waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);
