// Pins: a write sent twice although it was done, one given up although a read could have told, a guess where nobody can tell, and a key
// that is sent after the vendor has forgotten it.
import type { CallResult, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime } from "../../src/index.ts";
import { json, loopback, type Seen } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const DAY_MS = 86_400_000;
const FIND: Partial<Operation> = { request: { method: "GET", url: at("/find"), query: { ref: { $cel: "input.ref" } } } };
const WRITE: Partial<Operation> = {
  effect: "create",
  idempotency: "none",
  output: { type: "object", required: ["id"] },
  request: { method: "POST", url: at("/orders"), body: { ref: { $cel: "input.ref" } } },
  probe: {
    operation: "find",
    with: { ref: { $cel: "input.ref" } },
    item: { $cel: "size(output.rows) > 0 ? output.rows[0] : null" },
  },
};
const KEYED: Partial<Operation> = { ...WRITE, idempotency: { key: "header", name: "Idempotency-Key", windowMs: DAY_MS } };

type Answer = (request: Seen, response: Parameters<typeof json>[0], count: number) => void;

async function setUp(create: Partial<Operation>, writes: Answer, find: Answer) {
  const counts = { POST: 0, GET: 0 };
  const server = await loopback((request, response) => {
    const method = request.method as "POST" | "GET";
    (method === "POST" ? writes : find)(request, response, ++counts[method]);
  });
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const runtime = createRuntime({
    connectors: [connectorOf({ create, find: FIND })],
    egress: { allow: [server.origin] },
    random: () => 0,
    clock,
  });
  open.push(server, runtime);
  const call = (request: Partial<CallRequest> = {}): Promise<CallResult> =>
    runtime.call("sample/create", { connection: connectionTo(server.origin), input: { ref: "r1" }, ...request });
  return { call, counts, clock, seen: server.seen };
}

const breaks: Answer = (_, response) => void response.destroy();
const creates: Answer = (_, response) => json(response, { id: "new" }, 201);
const finds: Answer = (_, response) => json(response, { rows: [{ id: "o1" }] });
const nothing: Answer = (_, response) => json(response, { rows: [] });
const failure = (result: CallResult) => (result.outcome === "success" ? undefined : result.error);

describe("a write whose answer got lost", () => {
  it("is a success with the probe's output where the probe finds it, and is not sent again", async () => {
    const { call, counts, clock } = await setUp(WRITE, breaks, finds);
    expect(await call()).toMatchObject({ outcome: "success", output: { id: "o1" }, meta: { attempts: 2 } });
    expect(counts).toEqual({ POST: 1, GET: 1 });
    expect(clock.slept).toEqual([1_000]);
  });

  it("is sent again where the probe finds nothing, with the same key", async () => {
    const first: Answer = (request, response, count) => (count === 1 ? breaks : creates)(request, response, count);
    const { call, counts } = await setUp(WRITE, first, nothing);
    expect(await call()).toMatchObject({ outcome: "success", output: { id: "new" } });
    expect(counts).toEqual({ POST: 2, GET: 1 });
  });

  it("counts a not-found of the probe as nothing found, and waits as long as the contract says before it asks", async () => {
    const byId = { ...WRITE, probe: { operation: "find", with: { ref: "r1" }, after: "3s" } };
    const first: Answer = (request, response, count) => (count === 1 ? breaks : creates)(request, response, count);
    const { call, counts, clock } = await setUp(byId, first, (_, response) => json(response, {}, 404));
    expect((await call()).outcome).toBe("success");
    expect(counts).toEqual({ POST: 2, GET: 1 });
    expect(clock.slept).toEqual([3_000]);
  });

  it.each<[string, Answer]>([
    ["fails", (_, response) => json(response, { message: "no" }, 400)],
    ["comes to something else than the operation returns", (_, response) => json(response, { rows: 7 })],
  ])("stays unknown where the probe %s, and is not sent again", async (_, find) => {
    const plain = { ...WRITE, probe: { operation: "find", with: { ref: "r1" } } };
    const { call, counts } = await setUp(plain, breaks, find);
    expect(failure(await call())).toMatchObject({ code: "UNKNOWN_OUTCOME", message: expect.stringContaining("find") });
    expect(counts).toEqual({ POST: 1, GET: 1 });
  });

  it("says when to ask again where the probe is down, and the next call asks before it sends", async () => {
    const down: Answer = (_, response, count) =>
      count <= 3 ? json(response, {}, 503) : json(response, { rows: [{ id: "o1" }] });
    const { call, counts, clock } = await setUp(WRITE, breaks, down);
    const startedAtMs = clock.now();
    const first = await call();
    expect(first).toMatchObject({ outcome: "unknown", meta: { inDoubtSinceMs: startedAtMs } });
    expect(failure(first)?.retryAtMs).toBe(clock.now() + 30_000);
    expect(counts).toEqual({ POST: 1, GET: 3 });
    const second = await call({ inDoubtSinceMs: first.meta.inDoubtSinceMs ?? 0 });
    expect(second).toMatchObject({ outcome: "success", output: { id: "o1" } });
    expect(counts).toEqual({ POST: 1, GET: 4 });
  });

  it("stays unknown in the next call too where there is no probe, and is not sent again", async () => {
    const { probe: _, ...unprobed } = WRITE;
    const { call, counts } = await setUp(unprobed, breaks, nothing);
    const first = await call();
    expect(first).toMatchObject({ outcome: "unknown" });
    expect(await call({ inDoubtSinceMs: first.meta.inDoubtSinceMs ?? 0 })).toMatchObject({ outcome: "unknown" });
    expect(counts).toEqual({ POST: 1, GET: 0 });
  });

  it("is sent three times at most, however often nothing is found", async () => {
    const { call, counts } = await setUp(WRITE, breaks, nothing);
    expect(failure(await call())).toMatchObject({ code: "UNKNOWN_OUTCOME" });
    expect(counts).toEqual({ POST: 3, GET: 3 });
  });

  it("asks nothing more once the call is cancelled", async () => {
    const stop = new AbortController();
    const { call, counts } = await setUp(WRITE, () => stop.abort(), finds);
    expect((await call({ signal: stop.signal })).outcome).toBe("unknown");
    expect(counts).toEqual({ POST: 1, GET: 0 });
  });

  it("is settled after a crash too: a commit point passed before sends nothing until the probe has spoken", async () => {
    const passed = async () => false;
    const done = await setUp(WRITE, creates, finds);
    expect(await done.call({ commit: passed })).toMatchObject({ outcome: "success", output: { id: "o1" } });
    expect(done.counts).toEqual({ POST: 0, GET: 1 });
    const absent = await setUp(WRITE, creates, nothing);
    expect(await absent.call({ commit: passed })).toMatchObject({ outcome: "success", output: { id: "new" } });
    expect(absent.counts).toEqual({ POST: 1, GET: 1 });
  });
});

describe("a key", () => {
  it("is said to be in doubt since the call that got no answer, and not after a refusal", async () => {
    const broken = await setUp(KEYED, breaks, nothing);
    const startedAtMs = broken.clock.now();
    const result = await broken.call({ idempotencyKey: "k" });
    expect(result).toMatchObject({ outcome: "sick", meta: { attempts: 3, inDoubtSinceMs: startedAtMs } });
    const refused = await setUp(KEYED, (_, response) => json(response, {}, 429, { "retry-after": "60" }), nothing);
    expect((await refused.call()).meta.inDoubtSinceMs).toBeUndefined();
  });

  it("is sent again within the vendor's window, and after it only where the probe finds nothing", async () => {
    const { call, counts, clock, seen } = await setUp(KEYED, creates, nothing);
    const inDoubtSinceMs = clock.now();
    clock.advance(DAY_MS - 1_000);
    expect((await call({ idempotencyKey: "k", inDoubtSinceMs })).outcome).toBe("success");
    expect(counts).toEqual({ POST: 1, GET: 0 });
    clock.advance(1_000);
    expect((await call({ idempotencyKey: "k", inDoubtSinceMs })).outcome).toBe("success");
    expect(counts).toEqual({ POST: 2, GET: 1 });
    expect(seen.map(({ method }) => method)).toEqual(["POST", "GET", "POST"]);
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", undefined, "k"]);
  });

  it("that may be forgotten leaves the outcome unknown where there is no probe", async () => {
    const { probe: _, ...unprobed } = KEYED;
    const { call, counts, clock } = await setUp(unprobed, creates, nothing);
    const result = await call({ inDoubtSinceMs: clock.now() - DAY_MS });
    expect(failure(result)).toMatchObject({ code: "UNKNOWN_OUTCOME", message: expect.stringContaining("remembers") });
    expect(counts.POST).toBe(0);
  });

  it("is not sent again within the call where the vendor forgets it before the next attempt", async () => {
    const { probe: _, ...unprobed } = KEYED;
    const brief = { ...unprobed, idempotency: { key: "header", name: "K", windowMs: 1_000 } as const };
    const slow = { ...brief, retry: { backoff: "constant", initial: "2s" } as const };
    const { call, counts } = await setUp(slow, breaks, nothing);
    expect(failure(await call())).toMatchObject({ code: "UNKNOWN_OUTCOME" });
    expect(counts.POST).toBe(1);
  });
});
