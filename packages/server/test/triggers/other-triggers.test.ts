// Pins: a file that is read while it is written, a form that anybody scripts, workflows that start each other for ever, a failure that nobody hears of.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";

const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "mortise-other-triggers-")));
const folder = join(dataDir, "inbox");
const patient = { timeout: 60_000, interval: 100 };
const log: string[] = [];

let served: Served;
let send: Send;
beforeAll(async () => {
  mkdirSync(folder);
  served = await serve({ dataDir, port: 0, deployment: { files: { roots: [folder] } }, log: (line) => log.push(line) });
  send = script(served);
}, 60_000);
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const BODY = { one: { use: "core/map", with: { value: { $cel: "trigger.body" } } } };

async function activated(name: string, trigger: object, nodes: object = BODY): Promise<string> {
  const output = { $cel: "trigger.body" };
  const document = { format: "mortise.workflow/1", name, trigger, nodes, output };
  const { id } = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  const on = await send("POST", `/api/v1/workflows/${id}/activate`);
  expect(on.status, on.text).toBe(200);
  return id;
}

async function outputs<T = Record<string, unknown>>(id: string): Promise<readonly T[]> {
  const { runs } = (await send("GET", `/api/v1/runs?workflow=${id}&limit=200`)).json<{ runs: { runId: string }[] }>();
  const all: T[] = [];
  for (const { runId } of runs.toReversed()) {
    await ended(send, runId);
    all.push((await send("GET", `/api/v1/runs/${runId}`)).json<{ output: T }>().output);
  }
  return all;
}

test("a file starts a run once it has settled, again when it changes, and not if it was there before or has another name", async () => {
  writeFileSync(join(folder, "old.csv"), "a");
  const id = await activated("Files", { use: "files", with: { folder, match: "*.csv", settle: "200ms", every: "200ms" } });
  // Its first look has been kept.
  await vi.waitFor(async () => {
    const { source } = (await send("GET", `/api/v1/workflows/${id}/trigger`)).json<{ source?: { isRead: boolean } }>();
    expect(source?.isRead).toBe(true);
  }, patient);
  writeFileSync(join(folder, "new.csv"), "one");
  writeFileSync(join(folder, "new.tmp"), "one");
  await vi.waitFor(
    async () => expect((await outputs(id)).map(({ name, size }) => [name, size])).toEqual([["new.csv", 3]]),
    patient,
  );
  writeFileSync(join(folder, "new.csv"), "one and two");
  await vi.waitFor(async () => expect((await outputs(id)).at(-1)).toMatchObject({ name: "new.csv", size: 11 }), patient);
  expect(await outputs(id)).toHaveLength(2);
  await send("POST", `/api/v1/workflows/${id}/deactivate`);
});

test("a folder outside of what the deployment allows is refused, and said", async () => {
  const id = await activated("Elsewhere", { use: "files", with: { folder: "/etc", settle: "100ms" } });
  await vi.waitFor(async () => {
    const { source } = (await send("GET", `/api/v1/workflows/${id}/trigger`)).json<{ source: { fault: object | null } }>();
    expect(source.fault).toMatchObject({ code: "FILE_NOT_ALLOWED" });
  }, patient);
  await send("POST", `/api/v1/workflows/${id}/deactivate`);
});

test("a form shows its fields without any script, says what is wrong, and starts one run however often it is sent", async () => {
  const schema = {
    type: "object",
    required: ["email"],
    properties: {
      email: { type: "string", title: '<b>"E-mail"', minLength: 3 },
      guests: { type: "integer" },
      vegetarian: { type: "boolean" },
      day: { type: "string", enum: ["Friday", "Saturday"] },
    },
  };
  const id = await activated("Guests", { use: "form", with: { path: "guests", schema } });
  const { formUrl } = (await send("GET", `/api/v1/workflows/${id}`)).json<{ formUrl: string }>();
  expect(formUrl).toBe("/forms/guests");
  const page = await stranger(served)("GET", formUrl);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  expect(page.text).toContain("&lt;b&gt;&quot;E-mail&quot; *");
  expect(page.text).not.toContain("<script");
  const token = /name="_form" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const submit = (values: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(new URL(formUrl, served.url), { method: "POST", headers, body: new URLSearchParams(values) });
  const wrong = await submit({ _form: token, email: "", guests: "many" });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('value="many"');
  expect((await submit({ email: "ada" }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  const filled = { _form: token, email: "ada@example.com", guests: "2", vegetarian: "on", day: "Friday", extra: "x" };
  for (let times = 0; times < 2; times++) expect((await submit(filled)).status).toBe(200);
  expect(await outputs(id)).toEqual([{ email: "ada@example.com", guests: 2, vegetarian: true, day: "Friday" }]);
});

test("a workflow hears of another's runs, of their failures too, and two that start each other stop after ten", async () => {
  const failing = { lose: { use: "core/fail", with: { message: "No luck" } } };
  const source = await activated("Source", { use: "webhook", with: { path: "source" } }, failing);
  const heard = await activated("Heard", { use: "workflow", with: { workflow: "Source", on: "failed" } });
  const deaf = await activated("Deaf", { use: "workflow", with: { workflow: source } });
  const ping = await activated("Ping", { use: "workflow", with: { workflow: "Pong" } });
  const pong = await activated("Pong", { use: "workflow", with: { workflow: "Ping" } });
  const { runId } = (await stranger(served)("POST", "/hooks/source", {})).json<{ runId: string }>();
  await vi.waitFor(async () => expect(await outputs(heard)).toHaveLength(1), patient);
  expect((await outputs(heard))[0]).toMatchObject({
    workflow: { id: source, name: "Source" },
    runId,
    status: "failed",
    error: { code: "WORKFLOW_FAILED_ITSELF", message: "No luck" },
  });
  await send("POST", `/api/v1/workflows/${ping}/runs`, { input: {} });
  await vi.waitFor(() => expect(log.some((line) => line.includes("10 workflows have started each other"))).toBe(true), patient);
  expect((await outputs(ping)).length + (await outputs(pong)).length).toBe(11);
  expect(await outputs(deaf)).toEqual([]);
});
