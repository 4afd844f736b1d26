// Pins: half an edit that a trigger runs, and a schedule that cannot be read and keeps the server from ever starting again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { serve } from "../../src/serve.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-triggers-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const workflow = (trigger: object, value: object | number) => ({
  document: { format: "mortise.workflow/1", name: "Triggered", trigger, nodes: { one: { use: "core/map", with: { value } } } },
});
const hook = { use: "webhook", with: { path: "triggered" } };
const nightly = (cron: string) => ({ use: "schedule", with: { cron } });

async function activated(send: Send, body: object): Promise<string> {
  const { id } = (await send("POST", "/api/v1/workflows", body)).json<{ id: string }>();
  expect((await send("POST", `/api/v1/workflows/${id}/activate`)).status).toBe(200);
  return id;
}

const save = async (send: Send, id: string, seen: number, body: object) => {
  const answer = await send("PUT", `/api/v1/workflows/${id}`, body, { "if-match": `"${seen}"` });
  expect(answer.status, answer.text).toBe(200);
};

test("a trigger that is on runs the last revision without an error (W1), also over a restart", async () => {
  const first = await serve({ dataDir, port: 0 });
  const send = script(first);
  const deliver = async () => {
    const { runId } = (await stranger(first)("POST", "/hooks/triggered", {})).json<{ runId: string }>();
    await ended(send, runId);
    return (await send("GET", `/api/v1/runs/${runId}`)).json<{ run: { revision: number; status: string } }>().run;
  };
  const id = await activated(send, workflow(hook, 1));
  await save(send, id, 1, workflow(hook, { $cel: "1 +" }));
  expect(await deliver()).toMatchObject({ revision: 1, status: "succeeded" });
  await save(send, id, 2, workflow(hook, 3));
  expect(await deliver()).toMatchObject({ revision: 3, status: "succeeded" });

  const scheduled = await activated(send, workflow(nightly("0 3 * * *"), 1));
  await save(send, scheduled, 1, workflow(nightly("0 3 *"), 1));
  expect((await send("GET", `/api/v1/workflows/${scheduled}`)).json()).toMatchObject({ revision: 2, liveRevision: 1 });
  await first.close();

  const log: string[] = [];
  const second = await serve({ dataDir, port: 0, log: (line) => log.push(line) });
  expect(log.filter((line) => line.includes("schedule"))).toEqual([]);
  expect((await script(second)("GET", `/api/v1/workflows/${scheduled}`)).json()).toMatchObject({ active: true });
  await second.close();
});

test("a trigger that becomes manual is off, and a webhook that is off answers nobody", async () => {
  const served = await serve({ dataDir, port: 0 });
  const send = script(served);
  const { workflows } = (await send("GET", "/api/v1/workflows")).json<{ workflows: { id: string; trigger: string }[] }>();
  const id = workflows.find(({ trigger }) => trigger === "webhook")?.id ?? "";
  await save(send, id, 3, workflow({ use: "manual" }, 4));
  expect((await send("GET", `/api/v1/workflows/${id}`)).json()).toMatchObject({ active: false });
  expect((await stranger(served)("POST", "/hooks/triggered", {})).status).toBe(404);
  await served.close();
});
