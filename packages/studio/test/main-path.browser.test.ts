// Pins: a builder that looks right in its parts and does not work as a whole: sign in, open, edit, save, run, see the result; every
// page readable for assistive technology in light and dark; no breach of the page's own security policy; no error in the console.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningMortise, startMortise, waitForOutput } from "../../../test/world/mortise-process.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

let data: string;
let server: RunningMortise;
let browser: Browser;
let signedIn: SignedIn;
let base: string;

beforeAll(async () => {
  await buildPages();
  browser = await launchBrowser();
  data = mkdtempSync(join(tmpdir(), "mortise-studio-"));
  server = startMortise(["serve", "--demo", "--data", data, "--port", "0"]);
  const [link = ""] = await waitForOutput(server, /http:\/\/127\.0\.0\.1:\d+\/signin\?token=[\w-]+/);
  base = new URL(link).origin;
  signedIn = await signIn(browser, link);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  server?.child.kill("SIGINT");
  await server?.finished;
  if (data) rmSync(data, { recursive: true, force: true });
}, 60_000);

const open = (colorScheme: "light" | "dark", width?: number) =>
  openPage(browser, { signedIn, colorScheme, ...(width === undefined ? {} : { width }) });

test("Somebody opens a workflow, edits a field, runs it and sees what each step got, gave and did.", async () => {
  const { page, faults, close } = await open("light");
  await page.goto(`${base}/workflows`);
  await page.getByRole("link", { name: "New lead" }).click();
  await page.locator('.react-flow__node[data-id="thank"]').click();
  const subject = page.getByRole("textbox", { name: /^Subject/ });
  await subject.fill("Welcome ");
  await page.getByText("Saved", { exact: true }).waitFor();

  await page.getByRole("button", { name: "2 issues" }).click();
  for (const left of ["1 issue", "No issues"]) {
    await page
      .getByRole("region", { name: "Issues" })
      .getByRole("button", { name: /Say so in the document/ })
      .first()
      .click();
    await page.getByRole("button", { name: left, exact: true }).waitFor();
  }

  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("textbox", { name: /^Amount/ }).fill("12");
  await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
  const panel = page.getByRole("region", { name: "Run" });
  await panel.getByText("Succeeded").first().waitFor();
  await page.locator('.react-flow__node[data-id="tell"] .step[data-status="skipped"]').waitFor();

  await panel.getByRole("button", { name: /Thank the lead/ }).click();
  await panel.getByRole("tab", { name: "Input" }).click();
  await panel.getByText("Welcome Ada Byron").waitFor();
  await page.getByRole("button", { name: "Demo inbox" }).click();
  await page.getByRole("dialog", { name: "Demo inbox" }).getByText("Welcome Ada Byron").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("A run says how long a step waited for a budget, and for which.", async () => {
  const { page, faults, close } = await open("light");
  // The demo's own calls never wait.
  await page.route(/\/api\/v1\/runs\/[^/?]+$/, async (route) => {
    const response = await route.fetch();
    const stored = (await response.json()) as { steps: { path: string }[] };
    const thank = stored.steps.find(({ path }) => path === "thank");
    if (thank) Object.assign(thank, { waitMs: 2_100, waitedFor: "budget api: 100 per 1 min" });
    await route.fulfill({ response, json: stored });
  });
  await page.goto(`${base}/runs`);
  await page.getByRole("link", { name: "New lead" }).first().click();
  await page.getByRole("button", { name: /Thank the lead/ }).click();
  await page.getByText("waited 2.1 s for budget api: 100 per 1 min").waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("A draft is tried with simulated systems, without a connection, and the run says so; what cannot be is said before.", async () => {
  const { page, faults, close } = await open("light");
  await page.goto(`${base}/workflows`);
  const read = { use: "http/get", with: { url: "https://api.nowhere.invalid/things" } };
  const document = { format: "mortise.workflow/1", name: "Trial", trigger: { use: "manual" }, nodes: { read } };
  const headers = { "x-mortise": "1" };
  const made = await page.request.post(`${base}/api/v1/workflows`, { data: { document }, headers });
  const { id } = (await made.json()) as { readonly id: string };
  await page.goto(`${base}/workflows/${id}/edit`);
  await page.getByRole("button", { name: "Try with simulated systems" }).click();
  const dialog = page.getByRole("dialog", { name: "Try with simulated systems" });
  await dialog.getByRole("switch", { name: "Simulated systems" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Try" }).click();
  const panel = page.getByRole("region", { name: "Run" });
  await panel.getByText("Succeeded").first().waitFor();
  await panel.getByText("Simulated", { exact: true }).waitFor();
  await panel.getByRole("link", { name: "Open run" }).click();
  await page.getByRole("note").getByText("Its data is made up").waitFor();
  expect(await violations(page)).toEqual([]);

  await page.goto(`${base}/workflows`);
  await page.getByRole("link", { name: "New lead" }).click();
  await page.getByRole("button", { name: "Try with simulated systems" }).click();
  await dialog
    .getByText(/through a driver of its own, which no simulator stands for/)
    .first()
    .waitFor();
  expect(await dialog.getByRole("button", { name: "Try" }).isDisabled()).toBe(true);
  expect(faults).toEqual([]);
  await close();
});

test("A rule and a step of a pipeline are edited in forms, and the saved document has the change.", async () => {
  const { page, faults, close } = await open("light");
  const found: string[] = [];
  const saved = async () => {
    await page.getByText("Saved", { exact: true }).waitFor();
    const { document } = await (await page.request.get(`${base}/api/v1/workflows/bird-strikes`)).json();
    return document.nodes.load.with.nodes;
  };
  await page.goto(`${base}/workflows/bird-strikes/edit?step=check`);
  await page.getByRole("button", { name: "Range Speed IAS in knots: at least 30, at most 400, may be missing" }).click();
  await page.getByRole("textbox", { name: "At most" }).fill("350");
  await page.getByRole("button", { name: "Range Speed IAS in knots: at least 30, at most 350, may be missing" }).waitFor();
  await page.getByRole("button", { name: "Move Range (5) up" }).click();
  await page.getByRole("button", { name: "Add rule" }).click();
  found.push(...(await violations(page)));
  await page.getByRole("textbox", { name: "Search" }).fill("unique");
  await page.keyboard.press("Enter");
  const field = page.getByRole("combobox", { name: /^Field or fields/ });
  await field.click();
  await page.getByRole("option", { name: "Airport Name" }).waitFor();
  await page.getByRole("button", { name: "Remove Unique (7)" }).click();
  await expect
    .poll(async () => (await saved()).check.with.rules.map((rule: { rule: string }) => rule.rule), { timeout: 10_000 })
    .toEqual(["dateRange", "required", "required", "range", "oneOf", "compare"]);
  expect((await saved()).check.with.rules[3]).toMatchObject({ rule: "range", min: 30, max: 350, optional: true });

  await page.goto(`${base}/workflows/bird-strikes/edit?step=shape`);
  await page.getByRole("button", { name: /^Rename Flight Date/ }).click();
  const name = page.getByRole("textbox", { name: "Value of Flight Date" });
  await name.fill("day");
  found.push(...(await violations(page)));
  await page.getByRole("button", { name: "Add step" }).click();
  await page.getByRole("button", { name: /^Limit/ }).click();
  await page.getByRole("textbox", { name: /^At most/ }).fill("25");
  await expect
    .poll(async () => (await saved()).shape.with.value.$map.at(-1), { timeout: 10_000 })
    .toEqual({ limit: { count: 25 } });
  expect((await saved()).shape.with.value.$map[4].rename.fields["Flight Date"]).toBe("day");
  found.push(...(await violations(page)));
  expect(found).toEqual([]);
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("A step is added, undone, deleted and found again by keyboard alone.", async () => {
  const { page, faults, close } = await open("dark");
  await page.goto(`${base}/workflows`);
  await page.getByRole("button", { name: "New workflow" }).click();
  await page.getByRole("button", { name: "Add a step after the start" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Search steps and connectors" }).fill("wait");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  const step = page.locator('.react-flow__node[data-id="wait"]');
  await step.waitFor();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await step.focus();
  await page.keyboard.press("Delete");
  await step.waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await step.waitFor();
  await page.keyboard.press("o");
  await page.getByRole("region", { name: "Outline" }).getByRole("button", { name: /Wait/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Title of the step" }).waitFor();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test.each(["light", "dark"] as const)(
  "Every page is readable for everybody in %s.",
  async (scheme) => {
    const { page, faults, close } = await open(scheme);
    const found: string[] = [];
    const look = async (path: string, heading: string) => {
      await page.goto(base + path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => undefined);
      found.push(...(await violations(page)).map((each) => `${path} ${each}`));
    };
    await look("/", "Home");
    await look("/workflows", "Workflows");
    await look("/workflows/bird-strikes/edit?step=load", "Bird strikes to the warehouse");
    await page.keyboard.press("i");
    await page.getByRole("region", { name: "Issues" }).waitFor();
    found.push(...(await violations(page)));
    await look("/runs", "Runs");
    await page.getByRole("link", { name: "New lead" }).first().click();
    await page.getByRole("heading", { level: 1, name: "New lead" }).waitFor();
    found.push(...(await violations(page)).map((each) => `run ${each}`));
    await look("/catalog", "Catalog");
    await look("/catalog/postgres", "PostgreSQL");
    await page.getByRole("button", { name: /Upsert rows/ }).click();
    found.push(...(await violations(page)));
    await look("/connections", "Connections");
    await page.getByRole("button", { name: "New connection" }).click();
    await page.getByRole("dialog").waitFor();
    found.push(...(await violations(page)).map((each) => `dialog ${each}`));
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  },
  60_000,
);

test("On a telephone the outline takes the canvas' place and nothing scrolls sideways.", async () => {
  const { page, faults, close } = await open("light", 390);
  for (const path of ["/", "/workflows", "/workflows/bird-strikes/edit", "/connections", "/catalog"]) {
    await page.goto(base + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, path).toBe(0);
  }
  await page.goto(`${base}/workflows/bird-strikes/edit`);
  await page.getByRole("button", { name: /Read bird strikes/ }).click();
  await page.getByRole("textbox", { name: "Title of the step" }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});
