// Pins: a decision by somebody who was not asked, one that counts twice or too late, a form that is filled in wrongly, a callback that somebody
// guesses, an event that is lost, and a cancel that leaves what a saga did.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script, signIn, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-tasks-"));
const notices: { type: string; task?: string; url?: string; people?: string[] }[] = [];
let served: Served;
let send: Send;
let owner: Send;
let listener: Server;

beforeAll(async () => {
  listener = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      notices.push(JSON.parse(text));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const at = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  served = await serve({
    dataDir,
    port: 0,
    deployment: { notify: { url: `http://${at}/` }, egress: { allow: [`http://${at}`] }, publicUrl: "http://localhost:4400" },
  });
  send = script(served);
  const cookie = await signIn(served.signInUrl.replace("http://localhost:4400", served.url));
  owner = stranger(served, { cookie: cookie ?? "", "x-mortise": "1" });
});
afterAll(async () => {
  await served?.close();
  listener?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const SCHEMA = { type: "object", properties: { iban: { type: "string" } }, required: ["iban"], additionalProperties: false };

/** Starts a run of these nodes; its id. */
async function start(nodes: object, output?: object): Promise<string> {
  const document = { format: "mortise.workflow/1", name: "Tasks", trigger: { use: "manual" }, nodes, ...(output && { output }) };
  const { id } = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  return (await send("POST", `/api/v1/workflows/${id}/runs`, { input: {} })).json<{ runId: string }>().runId;
}

interface Task {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly mayDecide: boolean;
  readonly answers: readonly { readonly by: string }[];
  readonly outcome?: string;
}
const tasks = async (runId: string, as: Send = send): Promise<readonly Task[]> =>
  (await as("GET", `/api/v1/tasks?run=${runId}`)).json<{ tasks: Task[] }>().tasks;
async function taskOf(runId: string): Promise<Task> {
  for (;;) {
    const [task] = await tasks(runId);
    if (task) return task;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const output = async (runId: string) => {
  await ended(send, runId);
  return (await send("GET", `/api/v1/runs/${runId}`)).json<{ output: unknown }>().output;
};

test("those who are asked decide, once each, with a reason where one is needed", async () => {
  const params = { title: "Pay 900 €?", people: ["ada", "role:lead"], needed: 2, reasonNeeded: true, details: { amount: 900 } };
  const runId = await start({ ok: { use: "core/approval", with: params } }, { $cel: "steps.ok.output" });
  const { id } = await taskOf(runId);
  const decide = async (as: object | undefined, more: object = { reason: "fine" }) =>
    (await send("POST", `/api/v1/tasks/${id}/decision`, { approved: true, ...more, ...(as && { as }) })).status;
  expect(await decide(undefined)).toBe(400);
  expect(await decide({ name: "eve", roles: ["guest"] })).toBe(403);
  expect(await decide({ name: "ada" }, {})).toBe(400);
  expect(await decide({ name: "ada" })).toBe(200);
  expect(await decide({ name: "ada" }, { approved: false, reason: "no" })).toBe(200);
  expect((await send("GET", `/api/v1/tasks/${id}`)).json<{ task: Task }>().task.answers).toHaveLength(1);
  expect(await decide({ name: "bob", roles: ["lead"] })).toBe(200);
  expect(await output(runId)).toMatchObject({ decision: "approved", votes: [{ by: "ada" }, { by: "bob" }] });
  expect(await decide({ name: "cid", roles: ["lead"] })).toBe(409);
  expect(await tasks(runId)).toEqual([]);
  expect((await send("POST", "/api/v1/tasks/nobody/decision", { approved: true, as: { name: "ada" } })).status).toBe(404);
  const told = notices.find(({ task }) => task === id);
  expect(told).toMatchObject({ type: "task.opened", url: `http://localhost:4400/tasks/${id}`, people: ["ada", "role:lead"] });
  expect((await stranger(served)("GET", "/api/v1/tasks")).status).toBe(401);
});

test("the owner of the workspace fills in a form, and only what fits is taken", async () => {
  const runId = await start(
    { f: { use: "core/form", with: { title: "Bank", schema: SCHEMA, people: ["cid"] } } },
    { $cel: "steps.f.output" },
  );
  const { id } = await taskOf(runId);
  expect((await tasks(runId, owner))[0]).toMatchObject({ kind: "form", mayDecide: true, title: "Bank" });
  const wrong = await owner("POST", `/api/v1/tasks/${id}/decision`, { data: { iban: 7 } });
  expect([wrong.status, wrong.json()]).toMatchObject([422, { code: "INVALID_INPUT", path: "/data/iban" }]);
  expect((await owner("POST", `/api/v1/tasks/${id}/decision`, { data: { iban: "DE1" } })).status).toBe(200);
  expect(await output(runId)).toEqual({ submitted: true, data: { iban: "DE1" }, by: "You" });
});

test("an event and a callback wake the runs that wait for them", async () => {
  const early = { name: "order.paid", key: "42", payload: { amount: 7 }, id: "e-1" };
  expect((await send("POST", "/api/v1/events", early)).json()).toEqual({ delivered: 0, kept: true });
  expect((await send("POST", "/api/v1/events", early)).json()).toEqual({ delivered: 0, kept: false });
  expect((await send("POST", "/api/v1/events", { name: "no name!", key: "1" })).status).toBe(400);
  const nodes = {
    paid: { use: "core/event", with: { name: "order.paid", key: "42" } },
    back: {
      use: "core/callback",
      after: ["paid.received"],
      with: {
        nodes: {
          tell: { use: "http/post", with: { url: `${noticeUrl()}/`, body: { type: "hand-out", url: { $cel: "callback.url" } } } },
        },
      },
    },
  };
  const runId = await start(nodes, { $cel: "[steps.paid.output.payload, steps.back.output.payload]" });
  await expect.poll(() => notices.find(({ type }) => type === "hand-out")?.url, { timeout: 15_000 }).toBeDefined();
  const { pathname } = new URL(notices.find(({ type }) => type === "hand-out")?.url ?? "");
  expect(pathname).toMatch(/^\/callbacks\/[A-Za-z0-9_-]{32}$/);
  const anybody = stranger(served);
  expect((await anybody("POST", "/callbacks/guessed", { ok: false })).status).toBe(404);
  expect((await anybody("POST", pathname, { ok: true })).status).toBe(200);
  expect(await output(runId)).toEqual([{ amount: 7 }, { ok: true }]);
  expect((await anybody("POST", pathname, { ok: false })).status).toBe(409);
  expect((await send("GET", `/api/v1/runs/${runId}`)).text).not.toContain(pathname);
});
const noticeUrl = () => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;

test("a cancel undoes what a saga did, in a run that can be looked at", async () => {
  const post = (type: string) => ({ use: "http/post", with: { url: `${noticeUrl()}/`, body: { type } } });
  const nodes = {
    s: {
      use: "core/saga",
      with: {
        nodes: { book: post("booked"), w: { use: "core/wait", with: { for: "1d" }, after: ["book"] } },
        undo: { unbook: post("unbooked") },
        undoBy: { book: "unbook" },
      },
    },
  };
  const runId = await start(nodes);
  await expect.poll(() => notices.some(({ type }) => type === "booked"), { timeout: 15_000 }).toBe(true);
  expect((await send("POST", `/api/v1/runs/${runId}/cancel`)).json()).toEqual({ runId, undoneBy: [`${runId}.undo`] });
  await expect.poll(() => notices.some(({ type }) => type === "unbooked"), { timeout: 15_000 }).toBe(true);
  expect((await ended(send, `${runId}.undo`)).run.status).toBe("succeeded");
  expect((await ended(send, runId)).run.status).toBe("cancelled");
});
