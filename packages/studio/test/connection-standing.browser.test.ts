// Pins: a person who cannot see why calls of a connection are refused, or cannot stop and start them; and a page about it that not everybody
// can read.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../server/src/serve.ts";
import { ended, script } from "../../server/test/support/client.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

/** Where pictures are put for whoever wants to look. Absent: nowhere. */
const PICTURES = process.env.MORTISE_PICTURES;

const desk: Connector = {
  contract: {
    format: "mortise.contract/1",
    name: "desk",
    version: "1.0.0",
    title: "Desk",
    publisher: "mortise",
    settings: { type: "object", properties: { baseUrl: { type: "string", title: "Address" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: { none: { kind: "none", title: "No sign-in", test: { operation: "find" } } },
    budgets: {},
    operations: {
      find: {
        title: "Find a ticket",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: {},
        output: {},
        identity: [],
        outcomes: [],
        examples: [],
        request: { method: "GET", url: { $text: "${settings.baseUrl}/tickets" } },
      },
    },
  },
  natives: {},
};

const dataDir = mkdtempSync(join(tmpdir(), "mortise-standing-browser-"));
let vendor: Server;
let status = 200;
let origin = "";
let served: Served;
let browser: Browser;
let signedIn: SignedIn;
let workflow = "";

beforeAll(async () => {
  await buildPages();
  vendor = createServer((_, response) => response.writeHead(status, { "content-type": "application/json" }).end("{}"));
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  served = await serve({ dataDir, port: 0, connectors: [desk], deployment: { egress: { allow: [origin] } } });
  const send = script(served);
  const made = await send("PUT", "/api/v1/connections/support", { connector: "desk", settings: { baseUrl: origin } });
  expect(made.text).toBe("");
  workflow = (
    await send("POST", "/api/v1/workflows", {
      document: {
        format: "mortise.workflow/1",
        name: "Tickets",
        trigger: { use: "manual" },
        nodes: { find: { use: "desk@1/find", connection: "support" } },
      },
    })
  ).json<{ id: string }>().id;
  browser = await launchBrowser();
  signedIn = await signIn(browser, served.signInUrl);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  vendor?.closeAllConnections();
  await new Promise((resolve) => vendor?.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

async function run(): Promise<string> {
  const send = script(served);
  const { runId } = (await send("POST", `/api/v1/workflows/${workflow}/runs`, {})).json<{ runId: string }>();
  await ended(send, runId);
  return runId;
}

/** The page looks right to a machine, and there is a picture of it for a person. */
async function look(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  expect(await violations(page), name).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, name).toBe(0);
}

test("Somebody pauses a connection with a reason, sees it on the connection and on a run that it stopped, and resumes it.", async () => {
  const { page, faults, close } = await openPage(browser, { signedIn });
  await page.goto(`${served.url}/connections`);
  await page.getByRole("button", { name: "Actions for support" }).click();
  await page.getByRole("menuitem", { name: "Pause …" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause support" });
  expect(await dialog.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
  await dialog.getByRole("textbox", { name: /^Reason/ }).fill("The desk is being moved to another address.");
  await look(page, "standing-dialog-1440-light");
  await dialog.getByRole("button", { name: "Pause" }).click();
  const row = page.locator('[data-connection="support"]');
  await row.getByText("The desk is being moved to another address.").waitFor();
  await row.getByText("Paused").waitFor();
  await look(page, "standing-paused-1440-light");

  const runId = await run();
  await page.goto(`${served.url}/runs/${encodeURIComponent(runId)}`);
  const why = page.getByRole("region", { name: "Why calls are refused or wait" });
  await why.getByText("The desk is being moved to another address.").waitFor();
  await look(page, "standing-run-1440-light");

  await why.getByRole("button", { name: "Resume support" }).click();
  await why.waitFor({ state: "detached" });
  expect((await script(served)("GET", `/api/v1/runs/${await run()}`)).text).toContain('"status":"succeeded"');
  expect(faults).toEqual([]);
  await close();
});

test("A circuit that is open is seen on the connection, with since when and when calls are tried again.", async () => {
  status = 500;
  const send = script(served);
  const isOpen = async () => {
    const { circuits } = (await send("GET", "/api/v1/runtime")).json<{ circuits: object[] }>();
    return circuits.length > 0;
  };
  const calls = Array.from({ length: 25 });
  while (!(await isOpen())) await Promise.all(calls.map(() => send("POST", "/api/v1/connections/support/test")));
  for (const [width, colorScheme] of [
    [1440, "dark"],
    [390, "light"],
  ] as const) {
    const { page, faults, close } = await openPage(browser, { signedIn, width, colorScheme });
    await page.goto(`${served.url}/connections`);
    const row = page.locator('[data-connection="support"]');
    await row.getByText(new RegExp(`as calls to ${new URL(origin).host} fail`)).waitFor();
    await row.getByText(/in 1 process/).waitFor();
    await look(page, `standing-circuit-${width}-${colorScheme}`);
    expect(faults).toEqual([]);
    await close();
  }
});
