// Pins the table of retry and delivery rules, row by row, through the whole pipeline: a write repeated that was not safe to repeat, a repeat
// given up that was safe, and a wait that holds a worker. Rows that have a suite of their own are named in `docs/retries.md`.
import type { CallResult, Operation, OutcomeRule } from "@mortise/contract";
import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime } from "../../src/index.ts";
import { json, loopback, type Seen } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
afterAll(() => trace.disable());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const KINDS = {
  read: { request: { method: "GET", url: at("/") } },
  natural: { effect: "update", idempotency: "natural", request: { method: "PUT", url: at("/"), body: { a: 1 } } },
  keyed: {
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key" },
    request: { method: "POST", url: at("/"), body: { a: 1 } },
  },
  unsafe: { effect: "create", idempotency: "none", request: { method: "POST", url: at("/"), body: { a: 1 } } },
} as const satisfies { readonly [kind: string]: Partial<Operation> };
type Kind = keyof typeof KINDS;

type Response = Parameters<typeof json>[0];
type Answer = (request: Seen, response: Response, count: number) => void;

async function setUp(operation: Partial<Operation>, answer: Answer, random = () => 0) {
  const server = await loopback(answer);
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const runtime = createRuntime({
    connectors: [connectorOf({ op: operation })],
    egress: { allow: [server.origin] },
    random,
    clock,
  });
  open.push(server, runtime);
  const call = (request: Partial<CallRequest> = {}): Promise<CallResult> =>
    runtime.call("sample/op", { connection: connectionTo(server.origin), input: {}, ...request });
  return { call, clock, seen: server.seen };
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    json(response, { message: "no" }, code, headers);
const hangUp: Answer = (_, response) => void response.destroy();

/** Requests that the vendor sees, and the outcome, for each kind of operation: read, natural, keyed, unsafe. */
const ROWS: readonly (readonly [
  row: string,
  answer: Answer,
  requests: readonly [number, number, number, number],
  unsafe: string,
])[] = [
  ["no answer after sending", hangUp, [3, 3, 3, 1], "unknown"],
  ["408", status(408), [3, 3, 3, 1], "sick"],
  ["425", status(425), [3, 3, 3, 1], "sick"],
  ["429", status(429), [3, 3, 3, 1], "sick"],
  ["500", status(500), [2, 2, 2, 1], "sick"],
  ["502", status(502), [3, 3, 3, 1], "unknown"],
  ["503", status(503), [3, 3, 3, 1], "sick"],
  ["504", status(504), [3, 3, 3, 1], "unknown"],
  ["423, as throttling", status(423), [3, 3, 3, 1], "sick"],
  ...[400, 402, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 422, 451, 501, 505].map(
    (code) => [`${code}`, status(code), [1, 1, 1, 1], "poison"] as const,
  ),
  ...[401, 403, 407].map((code) => [`${code}`, status(code), [1, 1, 1, 1], "fault"] as const),
];

describe("an operation of each kind", () => {
  const printed: string[] = [];
  afterAll(() => console.info(`Requests by row (read, natural, keyed, unsafe)\n${printed.join("\n")}`));

  it.each(ROWS)("answered with %s is sent as often as the table says", async (row, answer, expected, unsafe) => {
    const counts: number[] = [];
    const outcomes: string[] = [];
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const { call, seen } = await setUp(KINDS[kind], answer);
      outcomes.push((await call({ idempotencyKey: "k" })).outcome);
      counts.push(seen.length);
      expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size, "one key in all attempts").toBe(1);
    }
    printed.push(`  ${row.padEnd(24)} ${counts.join(" ")}  ${outcomes.join(" ")}`);
    expect(counts).toEqual(expected);
    expect(outcomes[3]).toBe(unsafe);
  });

  it.each(Object.keys(KINDS) as Kind[])("that could not be connected to is tried again, also when it is %s", async (kind) => {
    const origin = "http://127.0.0.1:1"; // No test is given this port.
    const runtime = createRuntime({
      connectors: [connectorOf({ op: KINDS[kind] })],
      egress: { allow: [origin] },
      clock: virtualClock("2026-01-01T00:00:00Z"),
    });
    open.push(runtime);
    const result = await runtime.call("sample/op", { connection: connectionTo(origin), input: {} });
    expect(result).toMatchObject({ outcome: "sick", error: { nativeCode: "ECONNREFUSED" }, meta: { attempts: 3 } });
  });
});

describe("attempts", () => {
  it("are as many as the contract says, three at most", async () => {
    for (const maxAttempts of [1, 2, 3] as const) {
      const { call, seen } = await setUp({ ...KINDS.read, maxAttempts }, status(503));
      await call();
      expect(seen).toHaveLength(maxAttempts);
    }
  });

  it("wait 50 ms and 100 ms after trouble, 1 s and 2 s after throttling, or a random share of it", async () => {
    const waits = async (code: number, random: () => number) => {
      const { call, clock } = await setUp(KINDS.read, status(code), random);
      await call();
      return clock.slept;
    };
    expect(await waits(502, () => 1)).toEqual([50, 100]);
    expect(await waits(503, () => 1)).toEqual([1_000, 2_000]);
    expect(await waits(429, () => 0.5)).toEqual([500, 1_000]);
  });

  it("end where the wait would hold a worker for more than 5 s, with the moment to come back", async () => {
    const { call, clock, seen } = await setUp(KINDS.keyed, status(503, { "retry-after": "6" }));
    expect(await call()).toMatchObject({ outcome: "sick", error: { retryAtMs: clock.now() + 6_000 }, meta: { attempts: 1 } });
    expect([seen.length, clock.slept]).toEqual([1, []]);
  });

  it("end where the deadline would come before the next one could", async () => {
    const { call, clock, seen } = await setUp(KINDS.read, status(503, { "retry-after": "3" }));
    expect(await call({ deadlineMs: clock.now() + 2_500 })).toMatchObject({ outcome: "sick", error: { status: 503 } });
    expect(seen).toHaveLength(1);
  });

  it("have a span each, which says what it repeats, after how long, and what is left of the retry budget", async () => {
    exporter.reset();
    const { call } = await setUp(
      KINDS.read,
      (_, response, count) => json(response, {}, count < 3 ? 503 : 200),
      () => 1,
    );
    await call();
    const spans = exporter.getFinishedSpans().filter(({ name }) => name === "mortise.attempt");
    const shown = [
      "mortise.attempt",
      "mortise.class",
      "mortise.retry.delay_ms",
      "mortise.retry.reason",
      "mortise.retry.budget_left",
    ];
    expect(spans.map(({ attributes }) => shown.map((name) => attributes[name]))).toEqual([
      [1, "transient", undefined, undefined, undefined],
      [2, "transient", 1_000, "transient", 495],
      [3, undefined, 2_000, "transient", 490],
    ]);
  });
});

describe("a connector's own rules", () => {
  const rule = (when: OutcomeRule["when"], as: OutcomeRule["as"]): readonly OutcomeRule[] => [{ when, as }];

  it.each<[string, Kind, readonly OutcomeRule[], number, number]>([
    ["a 409 that passes is tried again where a repeat is safe", "natural", rule({ status: 409 }, "transient"), 409, 3],
    ["a 409 that passes is not tried again where it is not", "unsafe", rule({ status: 409 }, "transient"), 409, 1],
    ["a 412 may be throttling", "keyed", rule({ status: 412 }, "throttled"), 412, 3],
    ["a 503 may be final", "read", rule({ status: 503 }, "rejected"), 503, 1],
    ["a 404 may be trouble", "read", rule({ status: 404 }, "transient"), 404, 3],
  ])("%s", async (_, kind, outcomes, code, requests) => {
    const { call, seen } = await setUp({ ...KINDS[kind], outcomes }, status(code));
    expect((await call()).outcome).not.toBe("success");
    expect(seen).toHaveLength(requests);
  });

  it.each<[string, number, unknown, Kind, number, string]>([
    ["an error in a 200", 200, { error: { code: "BUSY" } }, "read", 3, "sick"],
    ["errors of GraphQL", 200, { data: null, errors: [{ message: "throttled" }] }, "unsafe", 1, "sick"],
    ["a 207 all of whose items failed", 207, { error: { code: "BUSY" } }, "keyed", 3, "sick"],
  ])("%s is what the rule calls it", async (_, code, body, kind, requests, outcome) => {
    const outcomes = rule({ cel: "has(body.error) || has(body.errors)" }, "transient");
    const { call, seen } = await setUp({ ...KINDS[kind], outcomes }, (__, response) => json(response, body, code));
    expect((await call()).outcome).toBe(outcome);
    expect(seen).toHaveLength(requests);
  });

  it("a 304 that nobody asked for is no success", async () => {
    const { call, seen } = await setUp(KINDS.read, (_, response) => void response.writeHead(304).end());
    expect((await call()).outcome).toBe("poison");
    expect(seen).toHaveLength(1);
  });
});
