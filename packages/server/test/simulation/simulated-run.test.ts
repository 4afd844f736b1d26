// Pins: a trial run that needs a connection, reaches a real system, sees what another trial made, or passes for a real run.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script } from "../support/client.ts";

const operation: Operation = {
  title: "Sample",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: ["/id"],
  outcomes: [],
  examples: [],
  input: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  output: {
    type: "object",
    required: ["id", "name"],
    additionalProperties: false,
    properties: { id: { type: "string" }, name: { type: "string" } },
  },
};
const url = { $text: "${settings.baseUrl}/people" };

/** `crm` has what a simulator can stand for, `disk` has not. */
function connectors(): readonly Connector[] {
  const common = { format: "mortise.contract/1", version: "1.0.0", publisher: "mortise", budgets: {} } as const;
  const crm: Connector = {
    natives: {},
    contract: {
      ...common,
      name: "crm",
      title: "CRM",
      settings: { type: "object", required: ["baseUrl"], properties: { baseUrl: { type: "string", format: "uri" } } },
      hosts: ["{settings.baseUrl}"],
      auth: { token: { kind: "bearer" } },
      operations: {
        add: {
          ...operation,
          effect: "create",
          idempotency: "none",
          input: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
          request: { method: "POST", url, body: { name: { $cel: "input.name" } } },
        },
        find: { ...operation, request: { method: "GET", url: { $text: "${settings.baseUrl}/people/${input.id}" } } },
      },
    },
  };
  const native = { ...operation, native: { reason: "It writes files.", uses: ["files"] } } as const;
  const contract = { ...common, name: "disk", title: "Disk", hosts: [], auth: {}, operations: { save: native } };
  return [crm, { contract, natives: { save: async () => ({ id: "1", name: "x" }) } } as unknown as Connector];
}

const document = (extra: object = {}) => ({
  format: "mortise.workflow/1",
  name: "Trial",
  trigger: { use: "manual" },
  nodes: {
    add: { use: "crm/add", with: { name: "Ada" } },
    find: { use: "crm/find", after: ["add"], with: { id: { $cel: "steps.add.output.id" } } },
    ...extra,
  },
});

const dataDir = mkdtempSync(join(tmpdir(), "mortise-trial-"));
const reached: string[] = [];
let vendor: Server;
let served: Served;
let send: Send;

beforeAll(async () => {
  vendor = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  served = await serve({ dataDir, port: 0, connectors: connectors(), deployment: { egress: { allow: [origin] } } });
  send = script(served);
  const real = { connector: "crm", settings: { baseUrl: origin }, credential: { token: "tok-91c27f3a" } };
  expect((await send("PUT", "/api/v1/connections/real", real)).status).toBeLessThan(300);
}, 120_000);

afterAll(async () => {
  await served?.close();
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

const stored = async (workflow: object) =>
  (await send("POST", "/api/v1/workflows", { document: workflow })).json<{ readonly id: string }>().id;

interface Shown {
  readonly run: { readonly status: string; readonly simulated: boolean };
  readonly steps: readonly { readonly path: string; readonly status: string; readonly output?: Json }[];
}

const run = async (id: string, body: object): Promise<{ readonly runId: string; readonly shown: Shown }> => {
  const { runId } = (await send("POST", `/api/v1/workflows/${id}/runs`, body)).json<{ readonly runId: string }>();
  await ended(send, runId);
  return { runId, shown: (await send("GET", `/api/v1/runs/${runId}`)).json<Shown>() };
};

test("a draft runs without a connection against simulated systems that keep what it makes, and says that it did", async () => {
  const id = await stored(document());
  expect((await send("POST", `/api/v1/workflows/${id}/runs`, {})).text).toContain("MISSING_CONNECTION");
  const { shown } = await run(id, { simulate: true });
  expect(shown.run).toMatchObject({ status: "succeeded", simulated: true });
  const [add, find] = ["add", "find"].map((path) => shown.steps.find((step) => step.path === path)?.output);
  expect(add).toMatchObject({ name: "Ada" });
  expect(find).toEqual(add);
  const again = await run(id, { simulate: true });
  expect(again.shown.steps.find(({ path }) => path === "add")?.output).toEqual(add);
  expect((await send("GET", "/api/v1/runs")).json<{ runs: readonly { readonly simulated: boolean }[] }>().runs).toMatchObject([
    { simulated: true },
    { simulated: true },
  ]);
});

test("a connection that is named is not used: nothing leaves the machine, until the run is a real one", async () => {
  const named = document();
  const nodes = Object.fromEntries(Object.entries(named.nodes).map(([name, node]) => [name, { ...node, connection: "real" }]));
  const id = await stored({ ...named, nodes });
  expect((await run(id, { simulate: true })).shown.run).toMatchObject({ status: "succeeded", simulated: true });
  expect(reached).toEqual([]);
  expect((await run(id, { simulate: false })).shown.run).toMatchObject({ status: "failed", simulated: false });
  expect(reached.length).toBeGreaterThan(0);
});

test("what no simulator stands for is said before the run, and the run is refused", async () => {
  const draft = document({ save: { use: "disk/save", after: ["find"], with: { id: "1" } } });
  const asked = (await send("POST", "/api/v1/workflows/simulation", { document: draft })).json();
  expect(asked).toMatchObject({
    problems: [
      { code: "NOT_SIMULATED", path: "/nodes/save/use", message: expect.stringContaining("Disk through a driver of its own") },
    ],
  });
  const refused = await send("POST", `/api/v1/workflows/${await stored(draft)}/runs`, { simulate: true });
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("NOT_SIMULATED")]);
  const fine = (await send("POST", "/api/v1/workflows/simulation", { document: document() })).json();
  expect(fine).toEqual({ problems: [] });
});
