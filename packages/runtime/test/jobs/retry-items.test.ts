// Pins: invariants T1 to T5 (items that succeeded sent twice, items given up that would have succeeded a moment later, results at the
// wrong place).
import type { Json, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const LOAD: Partial<Operation> = {
  effect: "create",
  idempotency: { key: "header", name: "Idempotency-Key" },
  request: { method: "POST", url: at("/rows"), body: { rows: { $cel: "input.rows" } } },
  batch: { input: "/rows", max: 4, output: "/results" },
  itemOutcomes: {
    items: "/results",
    rules: [
      { when: { cel: "item.status == 503" }, as: "transient" },
      { when: { cel: "item.status == 429" }, as: "throttled" },
      { when: { cel: "item.status >= 400" }, as: "rejected", messageFrom: "/why" },
    ],
  },
};

/** A vendor that gives each item a status: by its number and how often it came. */
async function importer(statusOf: (n: number, time: number) => number, operation: Partial<Operation> = {}) {
  const times = new Map<number, number>();
  const server = await loopback((request, response) => {
    const results = JSON.parse(request.body).rows.map(({ n }: { n: number }) => {
      const time = (times.get(n) ?? 0) + 1;
      times.set(n, time);
      return { n, status: statusOf(n, time), time, why: `no ${n}` };
    });
    json(response, { results }, 207);
  });
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const runtime = createRuntime({
    connectors: [connectorOf({ load: { ...LOAD, ...operation } })],
    egress: { allow: [server.origin] },
    random: () => 1,
    clock,
  });
  open.push(server, runtime);
  const call = (count: number, idempotencyKey = "own") =>
    runtime.call("sample/load", { connection: connectionTo(server.origin), input: { rows: rows(count) }, idempotencyKey });
  const sent = () => server.seen.map(({ body }) => JSON.parse(body).rows.map(({ n }: { n: number }) => n));
  const keys = () => server.seen.map(({ headers }) => headers["idempotency-key"]);
  return { call, sent, keys, clock };
}

const rows = (count: number): Json[] => Array.from({ length: count }, (_, n) => ({ n }));

describe("items that failed for a while", () => {
  it("are sent again alone, after a backoff, and their results stand at their places", async () => {
    const { call, sent, clock } = await importer((n, time) => (n % 2 === 1 && time === 1 ? 503 : 201));
    const result = await call(4);
    expect(result).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
    expect(result.meta.itemFailures).toBeUndefined();
    expect(result.outcome === "success" && result.output).toMatchObject({
      results: [
        { n: 0, time: 1 },
        { n: 1, time: 2 },
        { n: 2, time: 1 },
        { n: 3, time: 2 },
      ],
    });
    expect(sent()).toEqual([
      [0, 1, 2, 3],
      [1, 3],
    ]);
    expect(clock.slept).toEqual([50]);
  });

  it("wait longer where the vendor throttles them, and are sent twice more at most", async () => {
    const { call, sent, clock } = await importer((n) => (n === 2 ? 429 : 201));
    expect(await call(3)).toMatchObject({
      outcome: "success",
      meta: { itemFailureCount: 1, itemFailures: [{ index: 2, outcome: "sick", code: "THROTTLED" }] },
    });
    expect(sent()).toEqual([[0, 1, 2], [2], [2]]);
    expect(clock.slept).toEqual([1_000, 2_000]);
  });

  it("have a key of their own, which is the same in a replay of the call", async () => {
    const runs = await Promise.all(
      [0, 1].map(async () => {
        const { call, keys } = await importer((n, time) => (n === 1 && time === 1 ? 503 : 201));
        await call(6);
        return keys();
      }),
    );
    expect(new Set(runs[0]).size).toBe(3);
    expect(runs[1]).toEqual(runs[0]);
  });

  it("keep their places over several requests", async () => {
    const { call, sent } = await importer((n, time) => (n >= 4 && time === 1 ? 503 : 201));
    const result = await call(6);
    expect(result.outcome === "success" && result.output).toMatchObject({ results: [0, 1, 2, 3, 4, 5].map((n) => ({ n })) });
    expect(sent()).toEqual([
      [0, 1, 2, 3],
      [4, 5],
      [4, 5],
    ]);
  });
});

describe("nothing is sent again", () => {
  it("of items that cannot succeed; each is reported with its outcome", async () => {
    const { call, sent } = await importer((n) => (n === 1 ? 422 : 201));
    expect(await call(3)).toMatchObject({
      outcome: "success",
      meta: { itemFailures: [{ index: 1, outcome: "poison", code: "CALL_REJECTED", message: "no 1" }] },
    });
    expect(sent()).toHaveLength(1);
  });

  it.each<[string, Partial<Operation>]>([
    ["by an operation that is not safe to repeat", { idempotency: "none" }],
    ["where the joined list is not the list of results", { batch: { input: "/rows", max: 4, output: "/others" } }],
    [
      "where there is not one result for each item",
      {
        batch: { input: "/rows", max: 4 },
        request: {
          method: "POST",
          url: at("/rows"),
          body: { rows: { $cel: "input.rows" } },
          output: { results: { $cel: "response.body.results.filter(r, r.status != 201)" }, all: true },
        },
      },
    ],
  ])("%s", async (_, operation) => {
    const { call, sent } = await importer((n) => (n === 1 ? 503 : 201), operation);
    await call(3);
    expect(sent()).toHaveLength(1);
  });
});

it("reports items as failed whose repeat failed as a whole", async () => {
  const { call, sent } = await importer((n) => (n === 0 ? 503 : 201), {
    outcomes: [{ when: { cel: "size(body.results) == 1" }, as: "rejected" }],
  });
  expect(await call(3)).toMatchObject({
    outcome: "success",
    meta: { attempts: 2, itemFailures: [{ index: 0, code: "TARGET_SICK" }] },
  });
  expect(sent()).toEqual([[0, 1, 2], [0]]);
});
