// Pins: a vendor asked twice for what is known, an answer served to somebody else, one caller's cancel failing another.
import type { Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { type CallRequest, createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const CACHED: Partial<Operation> = {
  cache: { ttlMs: 60_000, maxEntries: 2 },
  request: { method: "GET", url: at("/"), query: { q: { $cel: "input.q" } } },
};

async function setUp(operation: Partial<Operation>, answer: Parameters<typeof loopback>[0]) {
  const server = await loopback(answer);
  const runtime = createRuntime({
    connectors: [connectorOf({ op: operation })],
    egress: { allow: [server.origin] },
    random: () => 0,
  });
  open.push(server, runtime);
  const call = (q: string, request: Partial<CallRequest> = {}) =>
    runtime.call("sample/op", { connection: connectionTo(server.origin), input: { q }, ...request });
  return { server, call };
}

it("answers equal reads from one flight, then from the cache, least recently used out first", async () => {
  const { server, call } = await setUp(CACHED, async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    json(response, request.url);
  });
  const results = await Promise.all(Array.from({ length: 20 }, () => call("a")));
  expect(server.seen).toHaveLength(1);
  expect(results.filter(({ meta }) => meta.cached === true && meta.attempts === 0)).toHaveLength(19);
  expect(await call("a")).toMatchObject({ outcome: "success", output: "/?q=a", meta: { cached: true, attempts: 0 } });
  await call("b");
  await call("a");
  await call("c");
  expect(server.seen).toHaveLength(3);
  await call("a");
  expect(server.seen).toHaveLength(3);
  await call("b");
  expect(server.seen).toHaveLength(4);
});

it("keeps tenants, connections and their credentials apart", async () => {
  const { server, call } = await setUp(CACHED, (_, response) => json(response, {}));
  await call("a");
  await call("a", { tenant: "other" });
  await call("a", { connection: connectionTo(server.origin, { name: "second" }) });
  await call("a", { connection: connectionTo(server.origin, { settings: { baseUrl: `${server.origin}/v2` } }) });
  expect(server.seen).toHaveLength(4);
});

it("keeps neither failures nor writes, and one caller's cancel is not another's", async () => {
  const failing = await setUp(CACHED, (_, response, count) => json(response, {}, count === 1 ? 404 : 200));
  expect((await failing.call("a")).outcome).toBe("poison");
  expect((await failing.call("a")).outcome).toBe("success");

  const stop = new AbortController();
  const slow = await setUp(CACHED, async (_, response, count) => {
    if (count === 1) stop.abort();
    else json(response, {});
  });
  const results = await Promise.all([slow.call("a", { signal: stop.signal }), slow.call("a")]);
  expect(results.map(({ outcome }) => outcome)).toEqual(["sick", "success"]);

  const writes = await setUp({ ...CACHED, effect: "create" }, (_, response) => json(response, {}));
  await writes.call("a");
  await writes.call("a");
  expect(writes.server.seen).toHaveLength(2);
});
