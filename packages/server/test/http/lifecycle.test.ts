// Pins: buttons and scripts that say a connection is paused while calls go on, or the other way round; and whoever may press them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { heldConnector } from "../lifecycle/held-connector.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-lifecycle-"));
let served: Served;
let send: Send;

beforeAll(async () => {
  served = await serve({
    dataDir,
    port: 0,
    connectors: [heldConnector],
    deployment: {
      killList: { source: { list: { killed: [{ connector: "sample", operation: "lasts", reason: "Configured so." }] } } },
    },
  });
  send = script(served);
  await send("PUT", "/api/v1/connections/main", { connector: "sample", settings: {} });
  await send("POST", "/api/v1/workflows", {
    document: {
      format: "mortise.workflow/1",
      name: "Calls",
      trigger: { use: "manual" },
      nodes: { call: { use: "sample@1/works", connection: "main" } },
    },
  });
}, 60_000);
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const statusOf = async (method: string, path: string, body?: unknown) => (await send(method, `/api/v1/${path}`, body)).status;

async function run(): Promise<object> {
  const { workflows } = (await send("GET", "/api/v1/workflows")).json<{ workflows: { id: string }[] }>();
  const { runId } = (await send("POST", `/api/v1/workflows/${workflows[0]?.id}/runs`, {})).json<{ runId: string }>();
  await ended(send, runId);
  return (await send("GET", `/api/v1/runs/${runId}`)).json<{ run: object }>().run;
}

async function standing(): Promise<object> {
  const { connections } = (await send("GET", "/api/v1/connections")).json<{
    connections: { name: string; standing: object }[];
  }>();
  return connections.find(({ name }) => name === "main")?.standing ?? {};
}

test("a connection that is paused refuses the steps of runs and says why, and works again when it is resumed", async () => {
  expect(await run()).toMatchObject({ status: "succeeded" });
  expect(await standing()).toEqual({});
  expect(await statusOf("POST", "connections/main/pause", { reason: "The vendor is moving." })).toBe(204);
  expect(await standing()).toMatchObject({
    refusal: { code: "CONNECTION_PAUSED", message: expect.stringContaining("The vendor is moving.") },
    hold: { state: "paused", reason: "The vendor is moving.", actor: "API token", sinceMs: expect.any(Number) },
  });
  expect(await run()).toMatchObject({ status: "failed", error: { code: "CONNECTION_PAUSED" } });
  expect(await statusOf("POST", "connections/main/resume")).toBe(204);
  expect(await statusOf("POST", "connections/main/resume")).toBe(400);
  expect(await standing()).toEqual({});
  expect(await run()).toMatchObject({ status: "succeeded" });
});

test("a connector that is drained refuses, and its connections say so", async () => {
  expect(await statusOf("POST", "connectors/sample/drain", { reason: "It is replaced.", drain: "1s" })).toBe(204);
  expect(await standing()).toMatchObject({ refusal: { code: "DRAINING" } });
  expect(await standing()).not.toHaveProperty("hold");
  const { holds } = (await send("GET", "/api/v1/lifecycle")).json<{ holds: object[] }>();
  expect(holds).toMatchObject([{ kind: "connector", name: "sample", state: "draining", reason: "It is replaced." }]);
  expect(await statusOf("POST", "connectors/sample/resume")).toBe(204);
});

test("an entry of the kill list acts until it is taken off, and what the configuration kills stays killed", async () => {
  const refused = await send("POST", "/api/v1/kill-list", { operation: "works", reason: "Half an entry." });
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("names no connector")]);
  const { id } = (await send("POST", "/api/v1/kill-list", { connector: "sample", reason: "Wrong sums." })).json<{ id: string }>();
  await vi.waitFor(async () => expect(await standing()).toMatchObject({ refusal: { code: "CONNECTOR_KILLED" } }), 10_000);
  expect(await run()).toMatchObject({ status: "failed", error: { code: "CONNECTOR_KILLED" } });
  expect(await statusOf("DELETE", `kill-list/${id}`)).toBe(204);
  expect(await statusOf("DELETE", `kill-list/${id}`)).toBe(400);
  await vi.waitFor(async () => expect(await standing()).toEqual({}), 10_000);
  const status = (await send("GET", "/api/v1/runtime")).json<{ lifecycle: object }>();
  expect(status.lifecycle).toMatchObject({ killList: { entries: 1 } });
});

test("a flag is set, listed and removed; one that is none is refused with the place", async () => {
  const flag = { on: true, gates: [{ connector: "sample", operation: "works" }], tenants: ["north"] };
  expect(await statusOf("PUT", "flags/new-sums", flag)).toBe(204);
  await vi.waitFor(async () => expect(await run()).toMatchObject({ error: { code: "FEATURE_OFF" } }), 10_000);
  const { flags } = (await send("GET", "/api/v1/lifecycle")).json<{ flags: object[] }>();
  expect(flags).toMatchObject([{ name: "new-sums", flag, actor: "API token" }]);
  expect((await send("PUT", "/api/v1/flags/bad", { on: true, share: 2 })).text).toContain("/share");
  expect(await statusOf("DELETE", "flags/new-sums")).toBe(204);
  expect(await statusOf("DELETE", "flags/new-sums")).toBe(400);
});

test("nobody without a session or a token may do any of it, and what is not there is said so", async () => {
  const nobody = stranger(served, { "x-mortise": "1" });
  for (const [method, path] of [
    ["GET", "lifecycle"],
    ["GET", "processes"],
    ["POST", "connections/main/pause"],
    ["POST", "connectors/sample/drain"],
    ["POST", "connectors/sample/release"],
    ["POST", "kill-list"],
    ["PUT", "flags/any"],
    ["DELETE", "flags/any"],
  ] as const)
    expect((await nobody(method, `/api/v1/${path}`, method === "GET" ? undefined : {})).status, path).toBe(401);
  expect(await statusOf("POST", "connections/nobody/pause", { reason: "x" })).toBe(404);
  expect(await statusOf("POST", "connectors/nobody/pause", { reason: "x" })).toBe(404);
  expect(await statusOf("POST", "connections/main/pause", {})).toBe(400);
  expect(await statusOf("POST", "connections/main/drain", { reason: "x", drain: "1h" })).toBe(422);
});

test("the server is among the processes, with what it goes by", async () => {
  const found = async () => (await send("GET", "/api/v1/processes")).json<{ processes: object[] }>().processes;
  await vi.waitFor(async () => expect(await found()).toHaveLength(1), 10_000);
  const { revision } = (await send("GET", "/api/v1/lifecycle")).json<{ revision: number }>();
  expect(await found()).toMatchObject([
    { kind: "server", isSelf: true, status: { pid: process.pid, lifecycleRevision: revision, circuits: [] } },
  ]);
});

test("a connection that is removed while it is paused leaves no pause behind for one of the same name", async () => {
  await send("PUT", "/api/v1/connections/other", { connector: "sample", settings: {} });
  await send("POST", "/api/v1/connections/other/pause", { reason: "x" });
  expect(await statusOf("DELETE", "connections/other")).toBe(200);
  expect((await send("GET", "/api/v1/lifecycle")).json<{ holds: object[] }>().holds).toEqual([]);
});
