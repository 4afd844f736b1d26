// Pins: invariants S1 to S4 (chunks sent twice under one key, or as if nothing had been done before a failure).
import type { Idempotency, Json, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const KEYED: Idempotency = { key: "header", name: "Idempotency-Key" };

async function importer(
  operation: Partial<Operation>,
  answer: Parameters<typeof loopback>[0] = (request, response) =>
    json(response, { ids: JSON.parse(request.body).rows.map(({ n }: { n: number }) => `id${n}`), at: request.atMs }),
) {
  const server = await loopback(answer);
  const load: Partial<Operation> = {
    effect: "create",
    idempotency: KEYED,
    request: { method: "POST", url: at("/rows"), body: { rows: { $cel: "input.rows" }, kind: { $cel: "input.kind" } } },
    batch: { input: "/rows", max: 2, output: "/ids" },
    ...operation,
  };
  const runtime = createRuntime({ connectors: [connectorOf({ load })], egress: { allow: [server.origin] }, random: () => 0 });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  const call = (count: number, more: { idempotencyKey?: string; commit?: () => Promise<boolean> } = {}) =>
    runtime.call("sample/load", { connection, input: { rows: rows(count), kind: "x" }, ...more });
  return { server, call };
}

const rows = (count: number): Json[] => Array.from({ length: count }, (_, n) => ({ n }));
const keysOf = (seen: readonly { headers: { [name: string]: unknown } }[]) =>
  seen.map(({ headers }) => headers["idempotency-key"]);

it("splits a list, sends one after the other, and joins what comes back", async () => {
  const { call, server } = await importer({});
  expect(await call(5)).toMatchObject({ output: { ids: ["id0", "id1", "id2", "id3", "id4"] }, meta: { attempts: 3 } });
  expect(server.seen.map(({ body }) => JSON.parse(body))).toEqual([
    { rows: rows(2), kind: "x" },
    { rows: rows(4).slice(2), kind: "x" },
    { rows: rows(5).slice(4), kind: "x" },
  ]);
});

it("sends a short list as it is, under the call's own key", async () => {
  const { call, server } = await importer({});
  expect(await call(2, { idempotencyKey: "own" })).toMatchObject({ output: { ids: ["id0", "id1"] } });
  expect(keysOf(server.seen)).toEqual(["own"]);
});

it("gives a list of answers where nothing is joined", async () => {
  const { call } = await importer({ batch: { input: "/rows", max: 2 } });
  expect(await call(3)).toMatchObject({ output: [{ ids: ["id0", "id1"] }, { ids: ["id2"] }] });
  expect(await call(1)).toMatchObject({ output: [{ ids: ["id0"] }] });
});

it("has another key for every chunk, and the same ones in a repeat (S2)", async () => {
  const { call, server } = await importer({});
  await call(5, { idempotencyKey: "k" });
  await call(5, { idempotencyKey: "k" });
  await call(5, { idempotencyKey: "other" });
  const keys = keysOf(server.seen);
  expect(new Set(keys.slice(0, 3)).size).toBe(3);
  expect(keys.slice(3, 6)).toEqual(keys.slice(0, 3));
  expect(keys.slice(6).some((key) => keys.slice(0, 3).includes(key))).toBe(false);
});

it("says how far it came, and sends nothing after a failure (S1, S4)", async () => {
  const { call, server } = await importer({}, (_, response, count) =>
    count === 2 ? json(response, { message: "bad row" }, 422) : json(response, { ids: ["a", "b"] }),
  );
  const result = await call(5);
  expect(result).toMatchObject({
    outcome: "poison",
    error: {
      code: "CALL_REJECTED",
      status: 422,
      detail: { items: 5, done: 2, failed: 2, notSent: 1, answer: { message: "bad row" } },
    },
  });
  expect(result).toHaveProperty("error.message", expect.stringContaining("2 of 5 items are done"));
  expect(server.seen).toHaveLength(2);
});

it("does not look like a plain refusal where a repeat would double what is done (S4)", async () => {
  const { call } = await importer({ idempotency: "none" }, (_, response, count) =>
    count === 2 ? json(response, {}, 429) : json(response, { ids: [] }),
  );
  const result = await call(4);
  expect(result).toMatchObject({ outcome: "sick", error: { code: "TARGET_SICK", detail: { done: 2, failed: 2, status: 429 } } });
  expect(result).not.toHaveProperty("error.status");
});

it("calls unknown what was sent and not answered (S4)", async () => {
  const { call } = await importer({ idempotency: "none" }, (_, response, count) =>
    count === 2 ? void response.destroy() : json(response, { ids: [] }),
  );
  expect(await call(5)).toMatchObject({
    outcome: "unknown",
    error: { code: "UNKNOWN_OUTCOME", detail: { items: 5, done: 2, unknown: 2, notSent: 1 } },
  });
});

it("passes the caller's commit point once (S3)", async () => {
  const { call, server } = await importer({ idempotency: "none" });
  let commits = 0;
  const commit = async () => ++commits === 1;
  expect(await call(5, { commit })).toMatchObject({ outcome: "success" });
  expect(commits).toBe(1);
  expect(await call(5, { commit })).toMatchObject({ outcome: "unknown", error: { detail: { done: 0, unknown: 2, notSent: 3 } } });
  expect(server.seen).toHaveLength(3);
});
