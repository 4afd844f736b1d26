// Pins: a repeated run that does what was done before again, a bulk repeat that overruns what it calls or repeats twice, a pause that
// nobody sees, and runs that are kept for ever.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openRetention } from "../../src/host/retention.ts";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-run-controls-"));
let vendor: Server;
let origin: string;
let served: Served;
let send: Send;
const reached: string[] = [];
let isDown = false;
/** Requests are answered once it resolves. */
let open: Promise<void> = Promise.resolve();

beforeAll(async () => {
  vendor = createServer(async (request, response) => {
    reached.push(request.url ?? "");
    await open;
    const fails = isDown && request.url === "/second";
    response.writeHead(fails ? 404 : 200, { "content-type": "application/json" }).end(fails ? "{}" : '{"ok":true}');
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  served = await serve({ dataDir, port: 0, deployment: { egress: { allow: [origin] } } });
  send = script(served);
}, 120_000);
afterAll(async () => {
  await served?.close();
  vendor?.closeAllConnections();
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  reached.length = 0;
  isDown = false;
  open = Promise.resolve();
});

interface Shown {
  readonly run: { readonly runId: string; readonly status: string; readonly repeats?: string };
  readonly steps: readonly { readonly path: string; readonly status: string; readonly taken?: boolean }[];
}

async function stored(): Promise<string> {
  const put = (path: string, more: object = {}) => ({ use: "http/put", with: { url: origin + path, body: { a: 1 } }, ...more });
  const nodes = { first: put("/first"), second: put("/second", { after: ["first"] }) };
  const document = { format: "mortise.workflow/1", name: "Two writes", trigger: { use: "manual" }, nodes };
  const answer = await send("POST", "/api/v1/workflows", { document });
  expect(answer.status, answer.text).toBe(201);
  return answer.json<{ id: string }>().id;
}

async function start(id: string): Promise<string> {
  const answer = await send("POST", `/api/v1/workflows/${id}/runs`, {});
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json<{ runId: string }>().runId;
}

const shown = async (runId: string) => (await send("GET", `/api/v1/runs/${runId}`)).json<Shown>();

async function failedRun(id: string): Promise<string> {
  isDown = true;
  const runId = await start(id);
  expect((await ended(send, runId)).run.status).toBe("failed");
  isDown = false;
  return runId;
}

test("a failed run is repeated from what failed, and says what it repeats", async () => {
  const failed = await failedRun(await stored());
  reached.length = 0;
  const answer = await send("POST", `/api/v1/runs/${failed}/repeat`, {});
  expect(answer.status, answer.text).toBe(201);
  const { runId } = answer.json<{ runId: string }>();
  expect((await ended(send, runId)).run).toMatchObject({ status: "succeeded", repeats: failed });
  expect(reached).toEqual(["/second"]);
  expect((await shown(runId)).steps).toMatchObject([{ path: "first", taken: true }, { path: "second" }]);
});

test("a step is done again with another input", async () => {
  const runId = await start(await stored());
  await ended(send, runId);
  reached.length = 0;
  const edits = { second: { url: `${origin}/other`, body: { a: 2 } } };
  const again = (await send("POST", `/api/v1/runs/${runId}/repeat`, { edits })).json<{ runId: string }>().runId;
  expect((await ended(send, again)).run.status).toBe("succeeded");
  expect(reached).toEqual(["/other"]);
});

test("what cannot be repeated is refused and leaves no trace", async () => {
  const runId = await start(await stored());
  await ended(send, runId);
  const before = (await send("GET", "/api/v1/runs")).json<{ runs: object[] }>().runs.length;
  expect((await send("POST", "/api/v1/runs/nobody/repeat", {})).status).toBe(404);
  const unknown = await send("POST", `/api/v1/runs/${runId}/repeat`, { from: ["third"] });
  expect(unknown.status).toBe(400);
  expect(unknown.text).toContain("third");
  expect((await send("POST", `/api/v1/runs/${runId}/repeat`, { form: [] })).status).toBe(400);
  expect((await send("GET", "/api/v1/runs")).json<{ runs: object[] }>().runs).toHaveLength(before);
});

test("a run is paused before its next step, which lists and the run itself say, and goes on", async () => {
  const gate = Promise.withResolvers<void>();
  open = gate.promise;
  const runId = await start(await stored());
  await expect.poll(() => reached, { timeout: 20_000 }).toEqual(["/first"]);
  expect((await send("POST", `/api/v1/runs/${runId}/pause`, {})).status).toBe(202);
  gate.resolve();
  await expect.poll(async () => (await shown(runId)).steps[0]?.status, { timeout: 20_000 }).toBe("succeeded");
  expect((await shown(runId)).run.status).toBe("paused");
  const { runs } = (await send("GET", "/api/v1/runs?status=paused")).json<{ runs: { runId: string }[] }>();
  expect(runs.map((run) => run.runId)).toEqual([runId]);
  expect(reached).toEqual(["/first"]);
  expect((await send("POST", `/api/v1/runs/${runId}/resume`, {})).status).toBe(202);
  expect((await ended(send, runId)).run.status).toBe("succeeded");
  expect(reached).toEqual(["/first", "/second"]);
  expect((await send("POST", "/api/v1/runs/nobody/pause", {})).status).toBe(404);
});

test("all failed runs of a workflow are repeated once each, spread over time", async () => {
  const id = await stored();
  const failed = [await failedRun(id), await failedRun(id), await failedRun(id)];
  const sinceMs = Date.now() - 3_600_000;
  const bulk = { workflow: id, sinceMs, perMinute: 120 };
  const answer = await send("POST", "/api/v1/runs/repeat-failed", bulk);
  expect(answer.status, answer.text).toBe(202);
  const { repeated, refused } = answer.json<{ repeated: { runId: string; repeats: string }[]; refused: object[] }>();
  expect(repeated.map(({ repeats }) => repeats)).toEqual(failed);
  expect(refused).toEqual([]);
  for (const { runId } of repeated) expect((await ended(send, runId)).run.status).toBe("succeeded");
  const record = await Promise.all(repeated.map(async ({ runId }) => await shown(runId)));
  expect(record.every(({ steps }) => steps[0]?.taken === true)).toBe(true);
  expect((await send("POST", "/api/v1/runs/repeat-failed", bulk)).json<{ repeated: object[] }>().repeated).toEqual([]);
});

test("runs whose time is up are forgotten, by how they ended", async () => {
  const asked: string[] = [];
  const purge = (kind: string) => async (before: Date, status: unknown) => {
    asked.push(`${kind} ${before.toISOString().slice(0, 10)} ${status}`);
    return 1;
  };
  const retention = openRetention({
    settings: { succeededDays: 1, cancelledDays: 0 },
    runner: { purge: purge("journal") },
    runs: { purge: purge("index") },
    now: () => Date.UTC(2026, 0, 31),
    log: () => {},
  });
  expect(await retention.sweep()).toBe(2);
  retention.close();
  const once = [
    "journal 2026-01-30 succeeded",
    "index 2026-01-30 succeeded",
    "journal 2026-01-01 failed",
    "index 2026-01-01 failed",
  ];
  expect(new Set(asked)).toEqual(new Set(once));
});
