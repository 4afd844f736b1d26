// Pins: an answer used for longer than its headers allow, or asked for again although it is fresh; one kept that must not be, or given to
// another tenant; and a failure shown to a caller while a good enough answer was at hand.
import type { CacheSpec, CallResult, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime } from "../../src/index.ts";
import { json, loopback, type Seen } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const START = "2026-01-01T00:00:00Z";
const START_MS = Date.parse(START);
const DAY_MS = 86_400_000;
const httpDate = (ms: number): string => new Date(ms).toUTCString();

type Headers = Record<string, string>;
type Reply = { readonly status?: number; readonly headers?: Headers; readonly body?: unknown };

/** A vendor that answers with what `reply` says, and a runtime that caches by headers. */
async function setUp(reply: (request: Seen, count: number) => Reply, cache: CacheSpec = {}, more: Partial<Operation> = {}) {
  const clock = virtualClock(START);
  const server = await loopback((request, response, count) => {
    const { status = 200, headers = {}, body = { count } } = reply(request, count);
    response.sendDate = false;
    if (status === 304) response.writeHead(304, headers).end();
    else json(response, body, status, headers);
  });
  const operation: Partial<Operation> = {
    cache,
    request: { method: "GET", url: at("/"), query: { q: { $cel: "input.q" } } },
    ...more,
  };
  const runtime = createRuntime({
    connectors: [connectorOf({ op: operation }, { auth: { token: { kind: "bearer" } } })],
    egress: { allow: [server.origin] },
    random: () => 0,
    clock,
  });
  open.push(server, runtime);
  const connection = (parts: object = {}) => connectionTo(server.origin, { credential: { token: "secret-token-1" }, ...parts });
  const call = (request: Partial<CallRequest> = {}): Promise<CallResult> =>
    runtime.call("sample/op", { connection: connection(), input: { q: "a" }, ...request });
  return { call, clock, seen: server.seen, connection };
}

const always = (headers: Headers) => (): Reply => ({ headers });
const outputs = async (calls: readonly Promise<CallResult>[]) =>
  (await Promise.all(calls)).map((result) => (result.outcome === "success" ? result.output : result.error.code));

describe("an answer that says how long it is fresh", () => {
  it("is used again until then, without a request", async () => {
    const { call, clock, seen } = await setUp(always({ "cache-control": "max-age=60" }));
    await call();
    clock.advance(59_000);
    expect(await call()).toMatchObject({ output: { count: 1 }, meta: { cached: true, attempts: 0 } });
    clock.advance(1_000);
    expect(await call()).toMatchObject({ output: { count: 2 }, meta: { attempts: 1 } });
    expect(seen).toHaveLength(2);
  });

  it.each<[string, Headers, number]>([
    ["Age takes away from it", { "cache-control": "max-age=60", age: "50" }, 10_000],
    [
      "Expires says it by the clock of the other side",
      { expires: httpDate(START_MS + DAY_MS + 30_000), date: httpDate(START_MS + DAY_MS) },
      30_000,
    ],
    ["max-age counts more than Expires", { "cache-control": "max-age=5", expires: httpDate(START_MS + DAY_MS) }, 5_000],
    [
      "a tenth of its age, where it only says when it was modified",
      { "last-modified": httpDate(START_MS - 1_000_000), date: httpDate(START_MS) },
      100_000,
    ],
    ["a private cache is what we are", { "cache-control": "private, max-age=7, s-maxage=99" }, 7_000],
  ])("%s", async (_, headers, freshMs) => {
    const { call, clock, seen } = await setUp(always(headers));
    await call();
    clock.advance(freshMs - 1);
    await call();
    expect(seen).toHaveLength(1);
    clock.advance(1);
    await call();
    expect(seen).toHaveLength(2);
  });
});

describe("an answer that is not fresh any more", () => {
  it.each<[string, Headers, string, string]>([
    ["its ETag", { etag: '"v1"', "last-modified": httpDate(START_MS) }, "if-none-match", '"v1"'],
    ["the time it was modified", { "last-modified": httpDate(START_MS) }, "if-modified-since", httpDate(START_MS)],
  ])("is asked for by %s, and holds on with a 304", async (_, validator, header, value) => {
    const control = { "cache-control": "max-age=60", date: httpDate(START_MS) };
    const { call, clock, seen } = await setUp(({ headers }) =>
      headers[header] === undefined
        ? { headers: { ...control, ...validator } }
        : { status: 304, headers: { "cache-control": "max-age=30" } },
    );
    await call();
    clock.advance(61_000);
    expect(await call()).toMatchObject({ outcome: "success", output: { count: 1 }, meta: { attempts: 1 } });
    expect(seen.map(({ headers }) => headers[header])).toEqual([undefined, value]);
    clock.advance(29_000);
    expect(await call()).toMatchObject({ output: { count: 1 }, meta: { cached: true } });
    clock.advance(1_000);
    await call();
    expect(seen.map(({ headers }) => headers[header])).toEqual([undefined, value, value]);
  });

  it("gives way to a new one", async () => {
    const { call, clock, seen } = await setUp((_, count) => ({
      headers: { "cache-control": "max-age=60", etag: `"v${count}"` },
    }));
    await call();
    clock.advance(61_000);
    expect(await call()).toMatchObject({ output: { count: 2 } });
    expect(await call()).toMatchObject({ output: { count: 2 }, meta: { cached: true } });
    expect(seen).toHaveLength(2);
  });

  it("is asked for every time where it says no-cache", async () => {
    const { call, seen } = await setUp(({ headers }) =>
      headers["if-none-match"] === '"v1"'
        ? { status: 304 }
        : { headers: { "cache-control": "no-cache, max-age=60", etag: '"v1"' } },
    );
    expect(await outputs([call()])).toEqual([{ count: 1 }]);
    expect(await outputs([call()])).toEqual([{ count: 1 }]);
    expect(seen.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"v1"']);
  });
});

describe("an answer is not kept", () => {
  const fresh = { "cache-control": "max-age=60" };
  it.each<[string, Reply]>([
    ["that says no-store", { headers: { "cache-control": "no-store, max-age=60" } }],
    ["that sets a cookie", { headers: { ...fresh, "set-cookie": "session=1" } }],
    ["that varies by everything", { headers: { ...fresh, vary: "*" } }],
    ["that says nothing of the sort", {}],
    ["that is larger than 1 MB", { headers: fresh, body: { count: 1, more: "x".repeat(1024 * 1024) } }],
    ["that is no success", { status: 404, headers: fresh }],
    ["that does not fit the contract", { headers: fresh, body: { count: "many" } }],
  ])("%s", async (_, reply) => {
    const output = { type: "object", properties: { count: { type: "integer" } } } as const;
    const { call, seen } = await setUp(() => reply, {}, { output });
    await call();
    expect((await call()).meta.cached).toBeUndefined();
    expect(seen).toHaveLength(2);
    expect(seen[1]?.headers["if-none-match"]).toBeUndefined();
  });

  it("of a request that is no GET, nor of a list that takes several", async () => {
    const post = await setUp(always(fresh), {}, { request: { method: "POST", url: at("/") } });
    const list = await setUp(() => ({ headers: fresh, body: [] }), {}, { stream: { items: "", resume: "none" } });
    for (const { call, seen } of [post, list]) {
      await call();
      await call();
      expect(seen).toHaveLength(2);
    }
  });
});

it("keeps no more than 64 MB of bodies", async () => {
  const more = "x".repeat(1_000_000);
  const { call, seen } = await setUp((_, count) => ({ headers: { "cache-control": "max-age=60" }, body: { count, more } }));
  const ask = (q: number) => call({ input: { q: `${q}` } });
  for (let q = 0; q < 67; q++) await ask(q);
  await ask(67);
  expect((await ask(67)).meta.cached).toBe(true);
  expect((await ask(0)).meta.cached).toBeUndefined();
  expect(seen).toHaveLength(69);
});

it("keeps the author's time where the contract has one, whatever the headers say", async () => {
  const { call, clock, seen } = await setUp(always({ "cache-control": "no-store" }), { ttlMs: 10_000 });
  await call();
  clock.advance(9_999);
  expect((await call()).meta.cached).toBe(true);
  clock.advance(1);
  await call();
  expect(seen).toHaveLength(2);
});

it("keeps tenants, connections, their credentials and inputs apart", async () => {
  const { call, seen, connection } = await setUp(always({ "cache-control": "max-age=60", vary: "Authorization, Accept" }));
  await call();
  await call({ tenant: "other" });
  await call({ connection: connection({ name: "second" }) });
  await call({ connection: connection({ credential: { token: "secret-token-2" } }) });
  await call({ input: { q: "b" } });
  expect(seen).toHaveLength(5);
  await call();
  expect(seen).toHaveLength(5);
});

it("gives nothing that is kept to a connection that is paused since", async () => {
  const { call, connection } = await setUp(always({ "cache-control": "max-age=60" }));
  await call();
  expect(await outputs([call({ connection: connection({ paused: "The owner left." }) })])).toEqual(["CONNECTION_PAUSED"]);
});

describe("reads at the same time", () => {
  it("share one request where its answer may be kept", async () => {
    const { call, seen } = await setUp(always({ "cache-control": "max-age=60" }));
    const all = await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(seen).toHaveLength(1);
    expect(all.filter(({ meta }) => meta.cached === true)).toHaveLength(19);
  });

  it("ask for themselves where it may not", async () => {
    const { call, seen } = await setUp(always({ "cache-control": "no-store" }));
    const all = await outputs(Array.from({ length: 5 }, () => call()));
    expect(seen).toHaveLength(5);
    expect(new Set(all.map((output) => JSON.stringify(output))).size).toBe(5);
  });
});

it.each<[string, CacheSpec]>([
  ["by headers", {}],
  ["by the contract's time", { ttlMs: 60_000 }],
])("a caller who cancels does not wait for the read of another that is cached %s", async (_, cache) => {
  const stop = new AbortController();
  let answer = (): void => undefined;
  const server = await loopback((__, response) => {
    answer = () => json(response, {}, 200, { "cache-control": "max-age=60" });
    came();
  });
  let came = (): void => undefined;
  const sent = new Promise<void>((resolve) => (came = resolve));
  const operation: Partial<Operation> = { cache, request: { method: "GET", url: at("/") } };
  const runtime = createRuntime({ connectors: [connectorOf({ op: operation })], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  const call = (signal?: AbortSignal): Promise<CallResult> =>
    runtime.call("sample/op", { connection: connectionTo(server.origin), input: {}, ...(signal ? { signal } : {}) });
  const first = call();
  await sent;
  const second = call(stop.signal);
  // Until it waits for the first.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await second).toMatchObject({ outcome: "sick", error: { code: "CALL_CANCELLED" } });
  answer();
  expect((await first).outcome).toBe("success");
  expect(server.seen).toHaveLength(1);
});

describe("while the other side fails", () => {
  const FRESH = "max-age=60";
  const failing =
    (control: string, status = 503) =>
    (_: Seen, count: number): Reply =>
      count === 1 ? { headers: { "cache-control": control, etag: '"v1"' } } : { status, body: { message: "down" } };

  it.each<[string, string, CacheSpec]>([
    ["by its headers", FRESH, { staleIfErrorMs: 120_000 }],
    ["by the contract's time", "no-store", { ttlMs: 60_000, staleIfErrorMs: 120_000 }],
  ])("an answer kept %s stands in, as long as the contract allows", async (_, control, cache) => {
    const { call, clock } = await setUp(failing(control), cache);
    await call();
    clock.advance(180_000 - 1_000);
    expect(await call()).toMatchObject({ outcome: "success", output: { count: 1 }, meta: { cached: true, stale: true } });
    clock.advance(2_000);
    expect((await call()).outcome).toBe("sick");
  });

  it.each<[string, string, CacheSpec, number]>([
    ["the contract does not say so", FRESH, {}, 1],
    ["must-revalidate forbids it", `${FRESH}, must-revalidate`, { staleIfErrorMs: DAY_MS }, 1],
    ["the answer allows less", `${FRESH}, stale-if-error=5`, { staleIfErrorMs: DAY_MS }, 6_000],
  ])("nothing stands in where %s", async (_, control, cache, staleMs) => {
    const { call, clock } = await setUp(failing(control), cache);
    await call();
    clock.advance(60_000 + staleMs);
    expect((await call()).outcome).toBe("sick");
  });

  it("nothing stands in for a refusal", async () => {
    const { call, clock } = await setUp(failing(FRESH, 403), { staleIfErrorMs: DAY_MS });
    await call();
    clock.advance(61_000);
    expect(await outputs([call()])).toEqual(["AUTH_FAILED"]);
  });
});
