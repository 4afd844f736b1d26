// Pins: an event of another system that is lost over a restart or comes twice, a subscription that ends or is left behind, a poll of two processes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";
import { ticketsConnector, ticketsVendor } from "../support/tickets-vendor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-sources-"));
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(dataDir, { recursive: true, force: true });
});

const patient = { timeout: 60_000, interval: 100 };

async function open(origin: string, parts: Parameters<typeof ticketsConnector>[0] = {}): Promise<{ served: Served; send: Send }> {
  const served = await serve({
    dataDir,
    port: 0,
    connectors: [ticketsConnector(parts)],
    deployment: { egress: { allow: [origin] }, publicUrl: "https://mortise.example.com" },
  });
  return { served, send: script(served) };
}

const document = (name: string, trigger: object) => ({
  document: {
    format: "mortise.workflow/1",
    name,
    trigger,
    nodes: { one: { use: "core/map", with: { value: { $cel: "trigger.body.id" } } } },
    output: { $cel: "trigger.body.id" },
  },
});

async function activated(send: Send, name: string, trigger: object): Promise<string> {
  const { id } = (await send("POST", "/api/v1/workflows", document(name, trigger))).json<{ id: string }>();
  const on = await send("POST", `/api/v1/workflows/${id}/activate`);
  expect(on.status, on.text).toBe(200);
  return id;
}

async function outputs(send: Send, id: string): Promise<readonly unknown[]> {
  const { runs } = (await send("GET", `/api/v1/runs?workflow=${id}&limit=200`)).json<{ runs: { runId: string }[] }>();
  const all: unknown[] = [];
  for (const { runId } of runs) {
    await ended(send, runId);
    all.push((await send("GET", `/api/v1/runs/${runId}`)).json<{ output: unknown }>().output);
  }
  return all.toSorted();
}

test("a polled trigger starts a run for each new event, once, also over a restart; what fails is said and tried again", async () => {
  const vendor = await ticketsVendor();
  closers.push(vendor.close);
  vendor.tickets = [{ id: 1 }];
  const first = await open(vendor.origin, { every: "100ms" });
  const { send } = first;
  await send("PUT", "/api/v1/connections/desk", { connector: "tickets", settings: { baseUrl: vendor.origin } });

  const wrong = document("Tickets", { use: "tickets@1/newTickets", connection: "dsk" });
  const { diagnostics } = (await send("POST", "/api/v1/workflows/check", wrong)).json<{ diagnostics: object[] }>();
  expect(diagnostics).toMatchObject([{ code: "UNKNOWN_REFERENCE", fix: { patch: [{ value: "tickets@1/newTicket" }] } }]);

  const id = await activated(send, "Tickets", { use: "tickets@1/newTicket", connection: "desk" });
  await vi.waitFor(() => expect(vendor.reads).toBeGreaterThan(1), patient);
  vendor.tickets = [{ id: 1 }, { id: 2 }, { id: 3 }];
  await vi.waitFor(async () => expect(await outputs(send, id)).toEqual([2, 3]), patient);
  vendor.status = 403;
  await vi.waitFor(async () => {
    const { source } = (await send("GET", `/api/v1/workflows/${id}/trigger`)).json<{ source: { fault: object | null } }>();
    expect(source.fault).toMatchObject({ code: "AUTH_FAILED" });
  }, patient);
  vendor.status = 200;
  await first.served.close();

  vendor.tickets = [{ id: 3 }, { id: 4 }];
  const second = await open(vendor.origin, { every: "100ms" });
  await vi.waitFor(async () => expect(await outputs(second.send, id)).toEqual([2, 3, 4]), patient);
  await second.send("POST", `/api/v1/workflows/${id}/deactivate`);
  const { reads } = vendor;
  await second.send("GET", `/api/v1/workflows/${id}`);
  expect(vendor.reads).toBe(reads);
  await second.served.close();
});

test("a subscription is made when a workflow is turned on, renewed before it ends, and ended when it is turned off; each event is one run", async () => {
  const vendor = await ticketsVendor();
  closers.push(vendor.close);
  const { served, send } = await open(vendor.origin, { ttl: "1s" });
  await send("PUT", "/api/v1/connections/hooked", { connector: "tickets", settings: { baseUrl: vendor.origin } });
  const id = await activated(send, "Hooked", { use: "tickets@1/ticketMade", connection: "hooked" });
  await vi.waitFor(() => expect(vendor.calls.slice(0, 2)).toEqual(["subscribe", "renew h1"]), patient);
  expect(vendor.url).toMatch(/^https:\/\/mortise\.example\.com\/hooks\/[A-Za-z0-9_-]{32}$/);

  const path = new URL(vendor.url).pathname;
  const deliver = async (delivery: string, event: object) => {
    const { body, headers } = vendor.delivery(delivery, event);
    return await stranger(served)("POST", path, body, headers);
  };
  const many = await Promise.all(Array.from({ length: 5 }, () => deliver("d1", { id: 7 })));
  expect(many.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect((await deliver("d2", { id: 7 })).json()).toMatchObject({ runs: [{ created: false }] });
  expect((await deliver("d3", { id: 8 })).json()).toMatchObject({ runs: [{ created: true }] });
  expect((await deliver("d4", { name: "no id" })).json()).toMatchObject({ status: 422 });
  expect((await stranger(served)("POST", path, { id: "d5", ticket: { id: 9 } })).status).toBe(401);
  await vi.waitFor(async () => expect(await outputs(send, id)).toEqual([7, 8]), patient);

  await send("POST", `/api/v1/workflows/${id}/deactivate`);
  expect(vendor.calls.at(-1)).toBe("unsubscribe h1");
  expect((await deliver("d6", { id: 10 })).status).toBe(404);
  await served.close();
});
