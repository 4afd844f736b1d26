// Pins: an endpoint that is away for days and loses what happened, one that is slow and holds the others up, one that wants nothing more and is asked on.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Vault } from "@mortise/auth";
import { verifyDelivery } from "@mortise/runtime";
import { SIGNATURE_SCHEMES } from "@mortise/workflow";
import { Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { secretBox } from "../../src/connect/secret-box.ts";
import type { EndpointAnswer, EndpointMessage } from "../../src/outgoing/endpoint-sender.ts";
import { OutgoingWebhooks } from "../../src/outgoing/outgoing-webhooks.ts";
import { MOST_ATTEMPTS, retryInMs } from "../../src/outgoing/retry-schedule.ts";
import { serve } from "../../src/serve.ts";
import type { TriggerTables } from "../../src/triggers/store/trigger-tables.ts";
import { ended, script, stranger } from "../support/client.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";

const H = 3_600_000;
let database: VaultDatabase;
beforeAll(async () => {
  database = await vaultDatabase();
}, 60_000);
afterAll(async () => {
  await database?.close();
});

/** A service on a clock that moves only when the test says so; nothing is really sent. */
function world(tenant: string, answer: (message: EndpointMessage, nowMs: number) => EndpointAnswer | Promise<EndpointAnswer>) {
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const seen: { readonly url: string; readonly id: string; readonly atMs: number }[] = [];
  const outgoing = new OutgoingWebhooks({
    db: new Kysely<TriggerTables>({ dialect: new PostgresDialect({ pool: database.pool }) }).withSchema("mortise"),
    tenant,
    box: secretBox(tenant, new Vault({ keys: database.keys, now: () => nowMs })),
    now: () => nowMs,
    way: {},
    log: () => {},
    random: () => 0.5,
    send: async (message) => {
      seen.push({ url: message.url, id: message.headers["webhook-id"] ?? "", atMs: nowMs });
      return await answer(message, nowMs);
    },
  });
  return {
    outgoing,
    seen,
    now: () => nowMs,
    endpoint: (url: string, events: readonly string[] = []) => outgoing.endpoints.create({ url, events, description: "" }),
    /** Lets time pass until nothing is to be tried any more, or to a moment. */
    pass: async (untilMs = Number.POSITIVE_INFINITY) => {
      for (;;) {
        if ((await outgoing.deliverDue()) > 0) {
          await outgoing.settled();
          continue;
        }
        const next = await outgoing.deliveries.nextAtMs();
        if (next === undefined || next > untilMs) break;
        nowMs = Math.max(nowMs, next);
      }
      if (Number.isFinite(untilMs)) nowMs = untilMs;
    },
  };
}

test("an endpoint that is dead for three days is tried on the schedule, and then no more; what is replayed has its old id (R38, O1)", async () => {
  let isDead = true;
  const { outgoing, endpoint, seen, pass, now } = world("dead", () =>
    isDead ? { error: "Connection refused." } : { status: 200 },
  );
  const { id } = await endpoint("https://dead.example/hook");
  const beganMs = now();
  await outgoing.publish("run.failed", { runId: "r1" }, "r1");
  await pass();
  const hours = seen.map(({ atMs }) => Number(((atMs - beganMs) / H).toFixed(2)));
  console.log(`R38 dead endpoint: ${seen.length} attempts, at hours ${hours.join(", ")}`);
  expect(seen).toHaveLength(MOST_ATTEMPTS);
  expect(hours.at(-1)).toBeGreaterThan(70);
  expect(hours.at(-1)).toBeLessThanOrEqual(72);
  expect(new Set(seen.map((each) => each.id)).size).toBe(1);
  const [failed] = await outgoing.deliveries.list(id, 10);
  expect(failed).toMatchObject({ state: "failed", attempts: { length: MOST_ATTEMPTS } });
  isDead = false;
  expect(await outgoing.deliveries.replay(id, { failedSinceMs: beganMs })).toBe(1);
  await pass();
  expect((await outgoing.deliveries.list(id, 10))[0]?.state).toBe("delivered");
  expect(seen.at(-1)?.id).toBe(seen[0]?.id);
});

test("an endpoint that is back within three days gets everything once, in the order of its retries", async () => {
  const { outgoing, endpoint, seen, pass, now } = world("back", (_, at) => (at < backMs ? { status: 503 } : { status: 204 }));
  const backMs = now() + 30 * H;
  await endpoint("https://back.example/hook");
  for (let n = 0; n < 20; n++) await outgoing.publish("run.succeeded", { n }, String(n));
  await pass();
  const taken = seen.filter(({ atMs }) => atMs >= backMs);
  expect(taken).toHaveLength(20);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(20);
});

test("410 turns an endpoint off, and nothing more is sent there until somebody turns it on", async () => {
  const { outgoing, endpoint, seen, pass } = world("gone", () => ({ status: 410 }));
  const { id } = await endpoint("https://gone.example/hook");
  await outgoing.publish("run.failed", {}, "a");
  await pass();
  expect(seen).toHaveLength(1);
  expect(await outgoing.endpoints.find(id)).toMatchObject({ enabled: false, disabledReason: expect.stringContaining("410") });
  expect(await outgoing.publish("run.failed", {}, "b")).toBe(0);
  await outgoing.endpoints.change(id, { enabled: true });
  expect(await outgoing.publish("run.failed", {}, "c")).toBe(1);
});

test("an endpoint that does not answer holds up nobody: the others have everything while it still has its first few (R38, O2)", async () => {
  const hanging: ((answer: EndpointAnswer) => void)[] = [];
  const { outgoing, endpoint, seen } = world("slow", ({ url }) =>
    url.includes("slow") ? new Promise((resolve) => hanging.push(resolve)) : { status: 200 },
  );
  const slow = await endpoint("https://slow.example/hook");
  const quick = await endpoint("https://quick.example/hook");
  for (let n = 0; n < 50; n++) await outgoing.publish("run.succeeded", { n }, String(n));
  await vi.waitFor(
    async () => {
      await outgoing.deliverDue();
      expect(seen.filter(({ url }) => url.includes("quick"))).toHaveLength(50);
    },
    { timeout: 60_000, interval: 5 },
  );
  expect(hanging).toHaveLength(4);
  console.log(`R38 slow endpoint: 50 of 50 delivered elsewhere while ${hanging.length} of its own hang`);
  const states = async (id: string) =>
    (await outgoing.deliveries.list(id, 100)).filter(({ state }) => state === "delivered").length;
  await vi.waitFor(async () => expect(await states(quick.id)).toBe(50), { timeout: 60_000, interval: 20 });
  expect(await states(slow.id)).toBe(0);
  for (const resolve of hanging) resolve({ status: 200 });
  await outgoing.settled();
  expect(await states(slow.id)).toBe(4);
});

test("a message goes once to those who ask for its type; told twice it is one, and an endpoint that says when is not asked earlier", async () => {
  const { outgoing, endpoint, seen, pass, now } = world("asked", () => ({
    status: 429,
    error: "Slow down.",
    retryAfterMs: 2 * H,
  }));
  await endpoint("https://some.example/hook", ["run.failed"]);
  expect(await outgoing.publish("run.succeeded", {}, "r1")).toBe(0);
  expect(await outgoing.publish("run.failed", {}, "r1")).toBe(1);
  expect(await outgoing.publish("run.failed", {}, "r1")).toBe(0);
  const beganMs = now();
  await pass(beganMs + H);
  expect(seen).toHaveLength(1);
  await pass(beganMs + 2 * H);
  expect(seen).toHaveLength(2);
});

test("two processes deliver each message once", async () => {
  const first = world("shared", () => ({ status: 200 }));
  const second = world("shared", () => ({ status: 200 }));
  await first.endpoint("https://one.example/hook");
  for (let n = 0; n < 30; n++) await first.outgoing.publish("run.succeeded", { n }, String(n));
  while ((await first.outgoing.deliverDue()) + (await second.outgoing.deliverDue()) > 0)
    await Promise.all([first.outgoing.settled(), second.outgoing.settled()]);
  const ids = [...first.seen, ...second.seen].map(({ id }) => id);
  expect(ids).toHaveLength(30);
  expect(new Set(ids).size).toBe(30);
});

test("retries come a tenth earlier or later by chance", () => {
  expect(retryInMs(1, 0)).toBe(4_500);
  expect(retryInMs(1, 1)).toBe(5_500);
  expect(retryInMs(1, 0.5, 60_000)).toBe(60_000);
  expect(retryInMs(1, 0.5, 1e12)).toBe(24 * H);
  expect(retryInMs(MOST_ATTEMPTS, 0.5)).toBeUndefined();
});

test("a run that fails is told to an endpoint, signed over its bytes by both secrets while one is replaced", async () => {
  const received: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataDir = mkdtempSync(join(tmpdir(), "mortise-outgoing-"));
  const served = await serve({ dataDir, port: 0, deployment: { egress: { allow: [origin] } } });
  try {
    const send = script(served);
    const made = await send("POST", "/api/v1/webhook-endpoints", { url: `${origin}/told`, events: ["run.failed"] });
    const { id, secret } = made.json<{ id: string; secret: string }>();
    const { secret: fresh } = (await send("POST", `/api/v1/webhook-endpoints/${id}/secret`)).json<{ secret: string }>();
    const document = {
      format: "mortise.workflow/1",
      name: "Fails",
      trigger: { use: "webhook", with: { path: "fails" } },
      nodes: { lose: { use: "core/fail", with: { message: "No luck" } } },
    };
    const workflow = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
    await send("POST", `/api/v1/workflows/${workflow.id}/activate`);
    const { runId } = (await stranger(served)("POST", "/hooks/fails", {})).json<{ runId: string }>();
    await ended(send, runId);
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 60_000, interval: 50 });
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    expect(JSON.parse(body)).toMatchObject({
      type: "run.failed",
      data: { runId, workflow: { name: "Fails" }, error: { message: "No luck" } },
    });
    for (const each of [secret, fresh])
      expect(
        verifyDelivery(SIGNATURE_SCHEMES["standard-webhooks"], { headers, rawBody: body, nowMs: Date.now(), secret: each })
          .refused,
      ).toBeUndefined();
    const [, theirs = ""] = headers["webhook-signature"]?.split(" ")[0]?.split(",") ?? [];
    const key = Buffer.from(fresh.replace("whsec_", ""), "base64");
    expect(
      createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64"),
    ).toBe(theirs);
    await vi.waitFor(
      async () => {
        const { deliveries } = (await send("GET", `/api/v1/webhook-endpoints/${id}/deliveries`)).json<{ deliveries: object[] }>();
        expect(deliveries).toMatchObject([{ state: "delivered", type: "run.failed", attempts: [{ status: 204 }] }]);
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(JSON.stringify((await send("GET", "/api/v1/webhook-endpoints")).json())).not.toContain("whsec_");
  } finally {
    await served.close();
    server.closeAllConnections();
    server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
