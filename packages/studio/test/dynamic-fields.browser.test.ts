// Pins: a form with choices that an operation gives which can not be searched, read to the end, used by keyboard or survived when the
// vendor is down; an object whose fields only the vendor knows that cannot be filled in.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../server/src/serve.ts";
import { buildPages, launchBrowser, openPage, type SignedIn, signIn, violations } from "./support/studio-page.ts";

const at = (path: string) => ({ $text: `\${settings.baseUrl}${path}` });
const read = (parts: Partial<Operation>): Operation => ({
  title: "Read",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object", properties: { team: { type: "string" } }, required: ["team"] },
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
  ...parts,
});
const inTeam = { team: { $cel: "input.team" } };
const chat: Connector = {
  natives: {},
  contract: {
    format: "mortise.contract/1",
    name: "chat",
    version: "1.0.0",
    title: "Chat",
    publisher: "acme",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: {},
    budgets: {},
    operations: {
      listRooms: read({
        request: { method: "GET", url: at("/rooms"), query: { $cel: "input" } },
        pagination: { kind: "cursor", cursor: "/next", param: "after" },
        stream: { items: "/rooms", resume: "cursor" },
        output: { type: "object", properties: { rooms: { type: "array" } } },
      }),
      describeRoom: read({ request: { method: "GET", url: at("/fields"), query: { $cel: "input" } } }),
      say: read({
        title: "Say something",
        effect: "send",
        idempotency: "none",
        request: { method: "POST", url: at("/say"), body: { $cel: "input" } },
        input: {
          type: "object",
          properties: {
            team: { type: "string", title: "Team" },
            room: {
              type: "string",
              title: "Room",
              "x-options": { operation: "listRooms", with: inTeam, value: "/id", label: "/name", cacheMs: 0 },
            },
            extra: {
              type: "object",
              title: "Extra",
              "x-fields": { operation: "describeRoom", with: inTeam, schema: { $cel: "output" }, cacheMs: 0 },
            },
          },
        },
      }),
    },
  },
};

const rooms = Array.from({ length: 70 }, (_, index) => ({ id: `r${index}`, name: index === 65 ? "Kitchen" : `Room ${index}` }));
let isDown = false;

function answer(url: URL): Json {
  if (url.pathname === "/fields")
    return [
      { key: "mood", title: "Mood", options: ["calm", "loud"] },
      { key: "copies", type: "integer" },
    ];
  const after = Number(url.searchParams.get("after") ?? 0);
  const next = after + 30 < rooms.length ? String(after + 30) : null;
  return { rooms: url.searchParams.get("team") === "none" ? [] : rooms.slice(after, after + 30), next };
}

const dataDir = mkdtempSync(join(tmpdir(), "mortise-dynamic-"));
let vendor: Server;
let served: Served;
let browser: Browser;
let signedIn: SignedIn;

beforeAll(async () => {
  await buildPages();
  browser = await launchBrowser();
  vendor = createServer(({ url }, response) => {
    response.writeHead(isDown ? 400 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(isDown ? { message: "The chat is closed today." } : answer(new URL(url ?? "/", "http://vendor"))),
    );
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  served = await serve({ dataDir, port: 0, connectors: [chat], deployment: { egress: { allow: [origin] } } });
  signedIn = await signIn(browser, served.signInUrl);
  await api("PUT", "connections/team-chat", { connector: "chat", settings: { baseUrl: origin } });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

async function api(method: string, path: string, body?: object): Promise<{ readonly [key: string]: Json }> {
  const response = await fetch(`${served.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${served.apiToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response.status === 204 ? {} : ((await response.json()) as { readonly [key: string]: Json });
}

/** Opens the form of a step that says something; `saved` reads what the document has for it. */
async function openForm(name: string, input: { readonly [key: string]: Json }) {
  const nodes = { say: { use: "chat/say", connection: "team-chat", with: input } };
  const document = { format: "mortise.workflow/1", name, trigger: { use: "manual" }, nodes };
  const { id } = await api("POST", "workflows", { document });
  const opened = await openPage(browser, { signedIn });
  await opened.page.goto(`${served.url}/workflows/${id}/edit?step=say`);
  const saved = async () => {
    const { document: found } = (await api("GET", `workflows/${id}`)) as unknown as { document: typeof document };
    return found.nodes.say.with;
  };
  return { ...opened, saved, room: opened.page.getByRole("combobox", { name: "Room" }) };
}

const soon = { timeout: 10_000 };
const optionsOf = (page: Page) => page.getByRole("listbox", { name: "Room" }).getByRole("option");

/** What is said beside the choices. */
const noteOf = (page: Page, text: string) =>
  page.locator("[data-pointer$='/room']").getByRole("status").filter({ hasText: text });

test("Choices come in pages, are searched through all of them, and are chosen by keyboard alone.", async () => {
  const { page, faults, close, saved, room } = await openForm("Choose", { team: "red" });
  await room.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => optionsOf(page).count(), soon).toBe(31);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect.poll(() => optionsOf(page).count(), soon).toBe(61);

  await room.fill("kitch");
  await page.getByRole("option", { name: "Kitchen r65" }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(saved, soon).toEqual({ team: "red", room: "r65" });
  expect(await room.inputValue()).toBe("r65");
  await page.getByRole("listbox", { name: "Room" }).waitFor({ state: "hidden" });
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test("A choice that is stored is shown by its name, and what it depends on changes what there is.", async () => {
  const { page, close, room } = await openForm("Depend", { team: "red", room: "r3" });
  await expect.poll(() => room.inputValue(), soon).toBe("Room 3");
  await page.getByRole("textbox", { name: "Team" }).fill("none");
  await room.click();
  await noteOf(page, "There is nothing to choose from.").waitFor();
  await page.getByRole("textbox", { name: "Team" }).fill("");
  await room.click();
  await noteOf(page, '"Room" depends on "team", which has no value yet.').waitFor();
  expect(await violations(page)).toEqual([]);
  await close();
}, 60_000);

test("While the vendor is down the reason is shown, reading can be tried again, and a value can be typed.", async () => {
  const { page, close, saved, room } = await openForm("Down", { team: "red" });
  isDown = true;
  await room.click();
  await noteOf(page, "The chat is closed today.").waitFor();
  expect(await violations(page)).toEqual([]);
  await room.fill("r-typed");
  await page.getByRole("option", { name: "Use “r-typed”" }).click();
  await expect.poll(saved, soon).toEqual({ team: "red", room: "r-typed" });
  isDown = false;
  await room.click();
  await page.getByRole("option", { name: "Try again" }).click();
  await page.getByRole("option", { name: "Room 1 r1", exact: true }).waitFor();
  await close();
}, 60_000);

test("An object shows the fields that the vendor tells, and keeps entries that it does not know.", async () => {
  const { page, faults, close, saved } = await openForm("Shape", { team: "red", extra: { note: "kept" } });
  await page.getByRole("textbox", { name: "Copies" }).fill("3");
  await page.getByRole("combobox", { name: "Mood" }).click();
  await page.getByRole("option", { name: "loud" }).click();
  await page.getByRole("textbox", { name: "Name of note" }).waitFor();
  await expect.poll(saved, soon).toEqual({ team: "red", extra: { note: "kept", copies: 3, mood: "loud" } });
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
}, 60_000);
