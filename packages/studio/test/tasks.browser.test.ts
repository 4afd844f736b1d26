// Pins: a person who cannot find what waits for them, decides without a reason that is needed, or cannot read or fill in what is asked.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../server/src/serve.ts";
import { ended, type Send, script } from "../../server/test/support/client.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

/** Where pictures are put for whoever wants to look. Absent: nowhere. */
const PICTURES = process.env.MORTISE_PICTURES;

const dataDir = mkdtempSync(join(tmpdir(), "mortise-tasks-browser-"));
let served: Served;
let send: Send;
let browser: Browser;
let signedIn: SignedIn;
let runId = "";

const NODES = {
  ok: {
    use: "core/approval",
    with: {
      title: "Pay Ada Lovelace 900 €?",
      description: "Above 500 € somebody has to look.",
      details: { invoice: "2026-117", amount: 900, lines: ["Analysis", "Engine"] },
      people: ["role:finance"],
      reasonNeeded: true,
    },
  },
  bank: {
    use: "core/form",
    after: ["ok.approved"],
    with: {
      title: "Where to pay",
      schema: {
        type: "object",
        properties: { iban: { type: "string", title: "IBAN" }, urgent: { type: "boolean", title: "Urgent", default: false } },
        required: ["iban"],
        additionalProperties: false,
      },
    },
  },
};

beforeAll(async () => {
  await buildPages();
  served = await serve({ dataDir, port: 0 });
  send = script(served);
  const document = {
    format: "mortise.workflow/1",
    name: "Invoices",
    trigger: { use: "manual" },
    nodes: NODES,
    output: { $cel: "[steps.ok.output.votes[0].reason, steps.bank.output.data]" },
  };
  const { id } = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  runId = (await send("POST", `/api/v1/workflows/${id}/runs`, { input: {} })).json<{ runId: string }>().runId;
  await asked("Pay Ada Lovelace 900 €?");
  browser = await launchBrowser();
  signedIn = await signIn(browser, served.signInUrl);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Waits until a run asks this. */
async function asked(title: string): Promise<void> {
  for (;;) {
    const { tasks } = (await send("GET", "/api/v1/tasks")).json<{ tasks: { title: string }[] }>();
    if (tasks.some((task) => task.title === title)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function look(page: Page, name: string): Promise<void> {
  expect(await violations(page)).toEqual([]);
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

test.each([
  ["light", 1440],
  ["dark", 390],
] as const)("everybody can read the list and a task, %s and %i pixels wide", async (colorScheme, width) => {
  const { page, faults, close } = await openPage(browser, { signedIn, colorScheme, width });
  await page.goto(`${served.url}/tasks`);
  await page.getByRole("link", { name: "Pay Ada Lovelace 900 €?" }).waitFor();
  await look(page, `tasks-${colorScheme}-${width}`);
  await page.getByRole("link", { name: "Pay Ada Lovelace 900 €?" }).click();
  await page.getByRole("button", { name: "Approve" }).waitFor();
  await look(page, `task-${colorScheme}-${width}`);
  expect(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).toBe(true);
  expect(faults).toEqual([]);
  await close();
});

test("a person decides with a reason, fills in the form that follows, and the run goes on with both", async () => {
  const { page, faults, close } = await openPage(browser, { signedIn });
  await page.goto(`${served.url}/tasks`);
  await page.getByRole("link", { name: "Pay Ada Lovelace 900 €?" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("This decision needs a reason.").waitFor();
  await page.getByLabel("Reason").fill("She earned it");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Thank you. The run goes on.").waitFor();
  await page.getByText("You approved").waitFor();
  await asked("Where to pay");
  await page.getByRole("link", { name: "All tasks" }).click();
  await page.getByRole("link", { name: "Where to pay" }).click();
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await page.getByLabel("IBAN").first().fill("DE02120300000000202051");
  await look(page, "task-form");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Thank you. The run goes on.").waitFor();
  await ended(send, runId);
  const { output } = (await send("GET", `/api/v1/runs/${runId}`)).json<{ output: unknown }>();
  expect(output).toEqual(["She earned it", { iban: "DE02120300000000202051", urgent: false }]);
  await page.getByRole("link", { name: "All tasks" }).click();
  await page.getByText("Nothing waits for you").waitFor();
  expect(faults).toEqual([]);
  await close();
});
