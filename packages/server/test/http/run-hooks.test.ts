// Pins: hooks of a deployment that the server does not pass: at events that come in, and before data of runs is shown.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HookedEvent, HookedView } from "@mortise/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { heldConnector } from "../lifecycle/held-connector.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-run-hooks-"));
let served: Served;
let send: Send;
const events: HookedEvent[] = [];

const isSpam = (value: unknown) => (value as { readonly spam?: boolean }).spam === true;
const hooks = [
  {
    name: "no-spam",
    point: "event",
    onFailure: "closed",
    run: (event: HookedEvent) => {
      events.push(event);
      return isSpam(event.value) ? { refuse: "It is spam." } : undefined;
    },
  },
  {
    name: "no-mail",
    point: "run-view",
    onFailure: "closed",
    run: ({ value, part }: HookedView) => {
      if (part === "step-output") return { refuse: "Not to be seen." };
      const { body } = value as { readonly body?: object };
      return body !== undefined && "email" in body ? { value: { body: { ...body, email: "…" } } } : undefined;
    },
  },
] as const;

beforeAll(async () => {
  served = await serve({ dataDir, port: 0, connectors: [heldConnector], hooks });
  send = script(served);
  await send("PUT", "/api/v1/connections/main", { connector: "sample", settings: {} });
}, 60_000);
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Shown {
  readonly run: { readonly status: string };
  readonly input: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly steps: readonly { readonly output?: unknown }[];
}

const shownRun = async (runId: string): Promise<Shown> => (await send("GET", `/api/v1/runs/${runId}`)).json<Shown>();

async function started(trigger: object): Promise<string> {
  const { id } = (
    await send("POST", "/api/v1/workflows", {
      document: {
        format: "mortise.workflow/1",
        name: "Leads",
        trigger,
        nodes: { call: { use: "sample@1/works", connection: "main" } },
      },
    })
  ).json<{ id: string }>();
  return id;
}

test("data of a run is shown as hooks change it, and withheld where they say so, in the view and in its events", async () => {
  const id = await started({ use: "manual" });
  const input = { email: "ada@example.com", name: "Ada" };
  const { runId } = (await send("POST", `/api/v1/workflows/${id}/runs`, { input })).json<{ runId: string }>();
  await ended(send, runId);
  const { run, input: shown, steps } = await shownRun(runId);
  expect([run.status, shown]).toEqual(["succeeded", { body: { email: "…", name: "Ada" } }]);
  expect(steps[0]?.output).toEqual({ $withheld: 'Leads: the hook "no-mail" refused: Not to be seen.' });
  const { text } = await send("GET", `/api/v1/runs/${runId}/events`);
  expect(text).toContain("Not to be seen.");
  expect(text).toContain('"email":"…"');
  for (const secret of ["ada@example.com", '"fine"']) expect(text).not.toContain(secret);
  expect(events).toEqual([]);
});

test("an event that a hook refuses starts a run that says so and makes no call; others run", async () => {
  const id = await started({ use: "webhook", with: { path: "leads" } });
  expect((await send("POST", `/api/v1/workflows/${id}/activate`)).status).toBeLessThan(300);
  const post = async (body: object) => {
    const { runId } = (await stranger(served)("POST", "/hooks/leads", body)).json<{ runId: string }>();
    await ended(send, runId);
    return await shownRun(runId);
  };
  const spam = await post({ spam: true });
  expect(spam).toMatchObject({ run: { status: "failed" }, error: { code: "HOOK_REFUSED" }, steps: [] });
  expect(spam.error?.message).toContain("It is spam.");
  expect(await post({ spam: false })).toMatchObject({ run: { status: "succeeded" } });
  expect(events).toMatchObject([
    { source: "webhook", workflow: "Leads", tenant: "default", value: { spam: true } },
    { source: "webhook", value: { spam: false } },
  ]);
});
