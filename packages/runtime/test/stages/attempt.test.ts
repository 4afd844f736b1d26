// Pins: a write repeated that was not safe to repeat; a retry given up that was safe; an outcome called failed that is unknown; an
// attempt that is over and still holds what its caller had in hand.

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CallResult, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime, type Runtime } from "../../src/index.ts";
import { json, type Loopback, loopback, type Seen } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const READ: Partial<Operation> = { request: { method: "GET", url: at("/") } };
const WRITE: Partial<Operation> = {
  effect: "create",
  idempotency: "none",
  request: { method: "POST", url: at("/"), body: { a: 1 } },
};
const KEYED: Partial<Operation> = { ...WRITE, idempotency: { key: "header", name: "Idempotency-Key" } };

type Answer = (request: Seen, response: Parameters<typeof json>[0], count: number) => void;

async function setUp(
  operation: Partial<Operation>,
  answer: Answer,
): Promise<{ server: Loopback; call: (request?: Partial<CallRequest>) => Promise<CallResult> }> {
  const server = await loopback(answer);
  const runtime: Runtime = createRuntime({
    connectors: [connectorOf({ op: operation })],
    egress: { allow: [server.origin] },
    random: () => 0,
  });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  return { server, call: (request) => runtime.call("sample/op", { connection, input: {}, ...request }) };
}

const statuses =
  (...list: number[]): Answer =>
  (_, response, count) =>
    json(response, { message: `answer ${count}` }, list[Math.min(count, list.length) - 1]);

const failure = (result: CallResult) => (result.outcome === "success" ? undefined : { outcome: result.outcome, ...result.error });

describe("an attempt", () => {
  it("lets go of its caller's async context when it is over, long before its time limit", async () => {
    const { call } = await setUp(READ, statuses(200));
    await call();
    const context = new AsyncLocalStorage<object>();
    const made = async (): Promise<WeakRef<object>> => {
      const rows = Array.from({ length: 1_000 }, (_, row) => ({ row }));
      await context.run(rows, () => call());
      return new WeakRef(rows);
    };
    const rows: WeakRef<object>[] = [];
    for (let count = 0; count < 20; count++) rows.push(await made());
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const held = (): number => rows.filter((each) => each.deref() !== undefined).length;
    for (let round = 0; round < 50 && held() > 2; round++) {
      await delay(10);
      collect();
    }
    expect(held()).toBeLessThanOrEqual(2);
  });

  it("is repeated when the vendor answers 503 twice, and the call succeeds with the third", async () => {
    const { server, call } = await setUp(READ, statuses(503, 503, 200));
    expect(await call()).toMatchObject({ outcome: "success", output: { message: "answer 3" }, meta: { attempts: 3 } });
    expect(server.seen).toHaveLength(3);
  });

  it("is made three times at most", async () => {
    const { server, call } = await setUp(READ, statuses(503));
    expect(failure(await call())).toMatchObject({ outcome: "sick", code: "TARGET_SICK", status: 503 });
    expect(server.seen).toHaveLength(3);
  });

  it("is repeated once after a 500, and only where a repeat is safe", async () => {
    const read = await setUp(READ, statuses(500));
    expect(failure(await read.call())).toMatchObject({ outcome: "sick", status: 500 });
    expect(read.server.seen).toHaveLength(2);
    const write = await setUp(WRITE, statuses(500));
    expect(failure(await write.call())).toMatchObject({ outcome: "sick", status: 500 });
    expect(write.server.seen).toHaveLength(1);
  });

  it.each([
    [400, "poison", "CALL_REJECTED"],
    [401, "fault", "AUTH_FAILED"],
    [403, "fault", "AUTH_FAILED"],
    [404, "poison", "NOT_FOUND"],
    [409, "poison", "CONFLICT"],
    [410, "poison", "NOT_FOUND"],
    [422, "poison", "CALL_REJECTED"],
    [501, "poison", "CALL_REJECTED"],
    [505, "poison", "CALL_REJECTED"],
  ])("is not repeated after a %i, which means %s %s, with the vendor's message", async (status, outcome, code) => {
    const { server, call } = await setUp(READ, statuses(status));
    expect(failure(await call())).toMatchObject({ outcome, code, status, message: expect.stringContaining("answer 1") });
    expect(server.seen).toHaveLength(1);
  });

  it("of a POST without a key is not sent twice when the connection breaks, and its outcome is unknown", async () => {
    const { server, call } = await setUp(WRITE, (_, response) => void response.destroy());
    expect(failure(await call())).toMatchObject({ outcome: "unknown", code: "UNKNOWN_OUTCOME" });
    expect(server.seen).toHaveLength(1);
  });

  it("of a POST without a key is not sent twice after 502, 503 and 504; behind a gateway the outcome is unknown", async () => {
    for (const [status, outcome] of [
      [502, "unknown"],
      [503, "sick"],
      [504, "unknown"],
    ] as const) {
      const { server, call } = await setUp(WRITE, statuses(status));
      expect((await call()).outcome).toBe(outcome);
      expect(server.seen).toHaveLength(1);
    }
  });

  it("of a POST with a key is repeated with the same key when the connection breaks", async () => {
    const { server, call } = await setUp(KEYED, (_, response, count) =>
      count === 1 ? void response.destroy() : json(response, { ok: true }),
    );
    expect(await call({ idempotencyKey: "k-1" })).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
    expect(server.seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["k-1", "k-1"]);
  });

  it("of an operation whose key has no name at run time is treated as not repeatable", async () => {
    const named = { key: "header", name: { $cel: "input.keyHeader" } } as const;
    const { server, call } = await setUp({ ...WRITE, idempotency: named }, (_, response) => void response.destroy());
    expect((await call({ input: { keyHeader: "" } })).outcome).toBe("unknown");
    expect(server.seen).toHaveLength(1);
    expect((await call({ input: { keyHeader: "X-Key" }, idempotencyKey: "k-2" })).outcome).toBe("sick");
    expect(server.seen.slice(1).map(({ headers }) => headers["x-key"])).toEqual(["k-2", "k-2", "k-2"]);
  });

  it("puts the key into query or body where the contract says so", async () => {
    const query = await setUp({ ...WRITE, idempotency: { key: "query", name: "req" } }, statuses(200));
    await query.call({ idempotencyKey: "k" });
    expect(query.server.seen[0]?.url).toBe("/?req=k");
    const body = await setUp({ ...WRITE, idempotency: { key: "body", name: "req" } }, statuses(200));
    await body.call({ idempotencyKey: "k" });
    expect(body.server.seen[0]?.body).toBe('{"a":1,"req":"k"}');
  });

  it("is repeated for any method while connecting fails, and passes no commit point by that", async () => {
    const origin = "http://127.0.0.1:1"; // No test is given this port, unlike one that was free a moment ago.
    const runtime = createRuntime({ connectors: [connectorOf({ op: WRITE })], egress: { allow: [origin] }, random: () => 0 });
    open.push(runtime);
    let commits = 0;
    const commit = async () => ++commits > 0;
    const result = await runtime.call("sample/op", { connection: connectionTo(origin), input: {}, commit });
    expect(failure(result)).toMatchObject({ outcome: "sick", code: "TARGET_SICK", nativeCode: "ECONNREFUSED" });
    expect(result.meta.attempts).toBe(3);
    expect(commits).toBe(0);
  });

  it("of a write waits for the commit point once, right before sending; a commit point passed before sends nothing", async () => {
    const { server, call } = await setUp(WRITE, statuses(200));
    const seenAtCommit: number[] = [];
    const commit = async () => {
      seenAtCommit.push(server.seen.length);
      return seenAtCommit.length === 1;
    };
    expect((await call({ commit })).outcome).toBe("success");
    expect(failure(await call({ commit }))).toMatchObject({ outcome: "unknown", code: "UNKNOWN_OUTCOME" });
    expect(seenAtCommit).toEqual([0, 1]);
    expect(server.seen).toHaveLength(1);
  });

  it("of a read passes no commit point", async () => {
    const { call } = await setUp(READ, statuses(200));
    const commit = async () => false;
    expect((await call({ commit })).outcome).toBe("success");
  });

  it("ends with the call when the caller cancels, and the socket with it", async () => {
    let closed: Promise<unknown> | undefined;
    const stop = new AbortController();
    const { call } = await setUp(READ, (_, response) => {
      closed = new Promise((resolve) => response.once("close", resolve));
      stop.abort();
    });
    expect(failure(await call({ signal: stop.signal }))).toMatchObject({ outcome: "sick", code: "CALL_CANCELLED" });
    await closed;
  });

  it("of a write that is cancelled after sending leaves an unknown outcome", async () => {
    const stop = new AbortController();
    const { server, call } = await setUp(WRITE, () => stop.abort());
    expect((await call({ signal: stop.signal })).outcome).toBe("unknown");
    expect(server.seen).toHaveLength(1);
  });

  it("is not started with less than 100 ms left, and is cut at the deadline", async () => {
    const { server, call } = await setUp(READ, () => undefined);
    expect(failure(await call({ deadlineMs: Date.now() + 50 }))).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(server.seen).toHaveLength(0);
    const before = performance.now();
    expect(failure(await call({ deadlineMs: Date.now() + 300 }))).toMatchObject({ outcome: "sick", code: "DEADLINE_EXCEEDED" });
    expect(performance.now() - before).toBeLessThan(1_500);
  });

  it("has its own time limit, after which a read is tried again", async () => {
    const { server, call } = await setUp({ ...READ, attemptTimeoutMs: 150 }, (_, response, count) => {
      if (count > 1) json(response, { count });
    });
    expect(await call()).toMatchObject({ outcome: "success", output: { count: 2 } });
    expect(server.seen).toHaveLength(2);
  });

  it("is not repeated any more once the connection has used up its retry budget", async () => {
    const { server, call } = await setUp(READ, statuses(502));
    const codes = new Set<string | undefined>();
    for (let i = 0; i < 20; i++) codes.add(failure(await call())?.code);
    expect([...codes]).toEqual(["TARGET_SICK", "RETRY_BUDGET_EXHAUSTED"]);
    expect(server.seen).toHaveLength(20 + Math.floor(500 / 14));
  });
});
