// Pins: an event that starts two runs, a forged or replayed delivery that starts one, and a sender that is told nothing it can act on.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-webhook-"));
/** Events of R12. MORTISE_R12_EVENTS says how many; the full size is 1,000. */
const EVENTS = Number(process.env.MORTISE_R12_EVENTS ?? 40);

let served: Served;
let send: Send;
let post: Send;
beforeAll(async () => {
  served = await serve({ dataDir, port: 0 });
  send = script(served);
  post = stranger(served);
}, 60_000);
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Hook {
  readonly path: string;
  readonly with?: object;
  readonly nodes?: object;
  readonly beside?: object;
}

async function active({ path, with: params = {}, nodes, beside = {} }: Hook): Promise<string> {
  const document = {
    format: "mortise.workflow/1",
    name: path,
    trigger: { use: "webhook", with: { path, ...params }, ...beside },
    nodes: nodes ?? { one: { use: "core/map", with: { value: { $cel: "trigger.body" } } } },
  };
  const { id } = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  const on = await send("POST", `/api/v1/workflows/${id}/activate`);
  expect(on.status, on.text).toBe(200);
  return id;
}

const runsOf = async (id: string) =>
  (await send("GET", `/api/v1/runs?workflow=${id}&limit=200`)).json<{ runs: { runId: string; status: string }[] }>().runs;

/** Headers of Standard Webhooks 1.0. */
function signed(secret: string, id: string, body: string, atMs = Date.now()) {
  const timestamp = String(Math.floor(atMs / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

test("each of many events, delivered five times at once and again later in another order, starts exactly one run (R12, I1)", async () => {
  const id = await active({ path: "r12", with: { signature: "standard-webhooks" } });
  const { secret } = (await send("POST", `/api/v1/workflows/${id}/trigger/secret`, {})).json<{ secret: string }>();
  const names = Array.from({ length: EVENTS }, (_, index) => `evt_${index}`);
  const deliver = async (name: string) => {
    const body = { name };
    const answer = await post("POST", "/hooks/r12", body, signed(secret, name, JSON.stringify(body)));
    expect(answer.status, answer.text).toBe(202);
    return { name, ...answer.json<{ runId: string; created: boolean }>() };
  };
  const first: Awaited<ReturnType<typeof deliver>>[] = [];
  // Ten events, so 50 deliveries at once: what is tried here is that they meet, not how many sockets a machine takes.
  for (let at = 0; at < names.length; at += 10) {
    const wave = names.slice(at, at + 10).flatMap((name) => Array.from({ length: 5 }, () => deliver(name)));
    first.push(...(await Promise.all(wave)));
  }
  const again: Awaited<ReturnType<typeof deliver>>[] = [];
  for (const name of names.toSorted(() => Math.random() - 0.5)) again.push(await deliver(name));

  const runs = new Map<string, Set<string>>();
  for (const { name, runId } of [...first, ...again]) runs.set(name, (runs.get(name) ?? new Set()).add(runId));
  expect([...runs.values()].map(({ size }) => size)).toEqual(names.map(() => 1));
  const created = [...first, ...again].filter((each) => each.created).length;
  console.log(`R12: ${first.length + again.length} deliveries of ${EVENTS} events, ${created} runs`);
  expect(created).toBe(EVENTS);
  for (const [runId] of [...runs.values()].map((ids) => [...ids]))
    expect((await ended(send, runId ?? "")).run.status).toBe("succeeded");
  expect(await runsOf(id)).toHaveLength(Math.min(200, EVENTS));
});

test("a delivery that is not signed, signed wrong, or too old starts nothing; both secrets count while one is replaced (H2)", async () => {
  const id = await active({ path: "signed", with: { signature: "standard-webhooks" } });
  const rotate = async (body: object) =>
    (await send("POST", `/api/v1/workflows/${id}/trigger/secret`, body)).json<{ secret: string }>().secret;
  const deliver = async (headers: Readonly<Record<string, string>>) =>
    (await post("POST", "/hooks/signed", { a: 1 }, headers)).status;
  const text = JSON.stringify({ a: 1 });
  expect((await post("POST", "/hooks/signed", { a: 1 })).json()).toMatchObject({ status: 503, code: "MISCONFIGURED" });
  const old = await rotate({});
  expect(await deliver({})).toBe(401);
  expect(await deliver(signed(old, "e1", `${text} `))).toBe(401);
  expect(await deliver(signed(old, "e2", text, Date.now() - 600_000))).toBe(401);
  const fresh = await rotate({});
  expect(await deliver(signed(old, "e3", text))).toBe(202);
  expect(await deliver(signed(fresh, "e4", text))).toBe(202);
  const last = await rotate({ overlap: "0s" });
  expect(await deliver(signed(fresh, "e5", text))).toBe(401);
  expect(await deliver(signed(last, "e6", text))).toBe(202);
  expect(await runsOf(id)).toHaveLength(3);
});

test("100 deliveries with one key are one run; the key with another body is refused, in another workflow it is another (R13)", async () => {
  await active({ path: "keyed" });
  await active({ path: "keyed-too" });
  const deliver = (path: string, body: object) => post("POST", `/hooks/${path}`, body, { "idempotency-key": "k1" });
  const answers = await Promise.all(Array.from({ length: 100 }, () => deliver("keyed", { n: 1 })));
  const created = answers.filter((answer) => answer.json<{ created: boolean }>().created).length;
  console.log(`R13 on a trigger: 100 deliveries with one key, ${created} run`);
  expect(created).toBe(1);
  expect(new Set(answers.map((answer) => answer.json<{ runId: string }>().runId)).size).toBe(1);
  for (let times = 0; times < 2; times++) expect((await deliver("keyed", { n: 2 })).status).toBe(422);
  expect((await deliver("keyed-too", { n: 2 })).json()).toMatchObject({ created: true });
});

test("a payload that breaks its schema, is too large or comes by another method is refused with what is wrong, and no other origin is let in", async () => {
  await active({
    path: "strict",
    with: { schema: { type: "object", required: ["email"] }, maxBytes: 200, methods: ["POST", "PUT"] },
  });
  const wrong = await post("POST", "/hooks/strict", {});
  expect(wrong.json()).toMatchObject({ status: 422, code: "INVALID_INPUT", diagnostics: [{ code: "MISSING_KEY" }] });
  expect((await post("POST", "/hooks/strict", { email: "x".repeat(300) })).status).toBe(413);
  expect((await post("GET", "/hooks/strict")).status).toBe(405);
  expect((await post("PUT", "/hooks/strict", { email: "x" })).status).toBe(202);
  const broken = await fetch(new URL("/hooks/strict", served.url), {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://elsewhere.example" },
    body: "{",
  });
  expect(broken.status).toBe(400);
  expect(broken.headers.get("access-control-allow-origin")).toBeNull();
  const form = await fetch(new URL("/hooks/strict", served.url), { method: "POST", body: new URLSearchParams({ email: "ada" }) });
  expect(form.status).toBe(202);
});

test("an id that the document computes makes two requests one event, and a secret address is the only one", async () => {
  const id = await active({
    path: "unused",
    with: { path: undefined, secretPath: true, eventId: { $cel: "trigger.body.order" } },
  });
  const { webhookUrl } = (await send("GET", `/api/v1/workflows/${id}`)).json<{ webhookUrl: string }>();
  expect(webhookUrl).toMatch(/^\/hooks\/[A-Za-z0-9_-]{32}$/);
  expect((await post("POST", `/hooks/${id}`, {})).status).toBe(404);
  const one = (await post("POST", webhookUrl, { order: "o1", at: 1 })).json<{ runId: string }>();
  const two = (await post("POST", webhookUrl, { order: "o1", at: 2 })).json();
  expect(two).toEqual({ runId: one.runId, created: false });
  const moved = (await send("POST", `/api/v1/workflows/${id}/trigger/address`)).json<{ webhookUrl: string }>();
  expect((await post("POST", webhookUrl, { order: "o2" })).status).toBe(404);
  expect((await post("POST", moved.webhookUrl, { order: "o2" })).status).toBe(202);
});

test("events of a key run one after the other in their order (I4)", async () => {
  const id = await active({
    path: "ordered",
    nodes: { wait: { use: "core/wait", with: { for: "20ms" } } },
    beside: { order: { by: { $cel: "trigger.body.key" } } },
  });
  const taken: { readonly runId: string; readonly key: string }[] = [];
  for (let n = 0; n < 10; n++) {
    const key = n % 2 ? "a" : "b";
    taken.push({ key, ...(await post("POST", "/hooks/ordered", { key, n })).json<{ runId: string }>() });
  }
  const spans = new Map<string, { readonly from: number; readonly to: number }>();
  for (const { runId } of taken) {
    // Until it is its turn nothing is known of it but that it was accepted.
    while ((await send("GET", `/api/v1/runs/${runId}`)).status === 404) await new Promise((resolve) => setTimeout(resolve, 50));
    await ended(send, runId);
    const { run } = (await send("GET", `/api/v1/runs/${runId}`)).json<{ run: { startedAtMs: number; endedAtMs: number } }>();
    spans.set(runId, { from: run.startedAtMs, to: run.endedAtMs });
  }
  for (const key of ["a", "b"]) {
    const ofKey = taken.filter((each) => each.key === key).map(({ runId }) => spans.get(runId));
    for (const [index, span] of ofKey.entries()) expect(span?.from).toBeGreaterThanOrEqual(ofKey[index - 1]?.to ?? 0);
  }
  expect(await runsOf(id)).toHaveLength(taken.length);
});

test("no more runs at once than allowed; a full queue says when to come back, and what waits runs later (I3, D3)", async () => {
  const id = await active({
    path: "queued",
    nodes: { wait: { use: "core/wait", with: { for: "1h" } } },
    beside: { concurrency: 1, queue: 2 },
  });
  const answers: Awaited<ReturnType<Send>>[] = [];
  for (let n = 0; n < 8; n++) answers.push(await post("POST", "/hooks/queued", { n }));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(5);
  expect(refused[0]?.headers.get("retry-after")).toBe("5");
  expect(refused[0]?.json()).toMatchObject({ code: "OVERLOADED" });
  const taken = answers.filter(({ status }) => status === 202).map((answer) => answer.json<{ runId: string }>().runId);
  // Each run waits an hour; the next starts as soon as the one before is cancelled, and not before.
  for (const [index, runId] of taken.entries()) {
    while ((await send("GET", `/api/v1/runs/${runId}`)).status === 404) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await runsOf(id)).toHaveLength(index + 1);
    expect((await send("POST", `/api/v1/runs/${runId}/cancel`)).status).toBe(202);
    await ended(send, runId);
  }
});

test("the run's own answer is sent where the webhook waits for one; without one, or too late, it was accepted", async () => {
  const answer = { status: 201, body: { $cel: "{'hello': trigger.body.name}" }, headers: { "x-seen": "yes" } };
  await active({ path: "answers", with: { respondWithin: "25s" }, nodes: { say: { use: "core/respond", with: answer } } });
  const said = await post("POST", "/hooks/answers", { name: "Ada" }, { "webhook-id": "a1" });
  expect([said.status, said.headers.get("x-seen"), said.json()]).toEqual([201, "yes", { hello: "Ada" }]);
  expect((await post("POST", "/hooks/answers", { name: "Ada" }, { "webhook-id": "a1" })).json()).toMatchObject({
    created: false,
  });
  await active({ path: "silent", with: { respondWithin: "25s" } });
  expect((await post("POST", "/hooks/silent", {})).status).toBe(202);
  await active({
    path: "late",
    with: { respondWithin: "100ms" },
    nodes: { wait: { use: "core/wait", with: { for: "1h" } } },
  });
  expect((await post("POST", "/hooks/late", {})).status).toBe(202);
});

test("a delivery is answered before its run has ended, and how long that takes is printed", async () => {
  const id = await active({ path: "timed", nodes: { wait: { use: "core/wait", with: { for: "1h" } } } });
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    const beganMs = performance.now();
    expect((await post("POST", "/hooks/timed", { n })).status).toBe(202);
    times.push(performance.now() - beganMs);
  }
  times.sort((a, b) => a - b);
  console.log(`Webhook accepted in ${times[25]?.toFixed(1)} ms (p50), ${times[49]?.toFixed(1)} ms (worst of 50)`);
  expect((await runsOf(id)).every(({ status }) => status === "running")).toBe(true);
});

test("a test address shows what came and why it would be turned away, and starts nothing", async () => {
  const id = await active({ path: "looked-at", with: { schema: { type: "object", required: ["email"] } } });
  expect((await post("POST", `/hook-tests/${id}`, {})).status).toBe(404);
  const { url } = (await send("POST", `/api/v1/workflows/${id}/captures`)).json<{ url: string }>();
  await post("POST", url, { email: "x" }, { authorization: "Bearer secret" });
  await post("POST", `${url}?a=1`, {});
  const { captures } = (await send("GET", `/api/v1/workflows/${id}/captures`)).json<{ captures: object[] }>();
  expect(captures).toMatchObject([
    { query: { a: "1" }, refused: { status: 422, code: "INVALID_INPUT" } },
    { body: { email: "x" } },
  ]);
  expect(JSON.stringify(captures)).not.toContain("Bearer secret");
  expect(await runsOf(id)).toEqual([]);
});
