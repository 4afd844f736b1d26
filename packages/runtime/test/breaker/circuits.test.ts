// Pins, through whole calls: a sick vendor that is asked again and again; a tenant whose own mistakes, credential or host close the vendor for
// others; a circuit that nobody can see.
import type { CallResult, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { type CircuitChange, createRuntime, type Runtime } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { type VirtualClock, virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const READ: Partial<Operation> = { request: { method: "GET", url: at("/") }, maxAttempts: 1 };
const WRITE: Partial<Operation> = { ...READ, effect: "create", idempotency: "none", request: { method: "POST", url: at("/") } };

interface World {
  readonly server: Loopback;
  readonly runtime: Runtime;
  readonly clock: VirtualClock;
  readonly changes: CircuitChange[];
  status: number;
  readonly call: (name?: string, more?: object) => Promise<CallResult>;
}

async function world(operations = { op: READ, write: WRITE }): Promise<World> {
  const server = await loopback((_, response) => json(response, {}, made.status));
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const changes: CircuitChange[] = [];
  const runtime = createRuntime({
    connectors: [connectorOf(operations)],
    egress: { allow: [server.origin] },
    clock,
    random: () => 0.5,
    onCircuitChange: (change) => changes.push(change),
  });
  open.push(server, runtime);
  const made: World = {
    server,
    runtime,
    clock,
    changes,
    status: 200,
    call: (name = "main", more = {}) =>
      runtime.call("sample/op", { connection: connectionTo(server.origin, { name }), input: {}, ...more }),
  };
  return made;
}

const codeOf = (result: CallResult): string => (result.outcome === "success" ? "ok" : result.error.code);
const times = async (count: number, call: () => Promise<CallResult>): Promise<readonly string[]> => {
  const codes: string[] = [];
  for (let each = 0; each < count; each++) codes.push(codeOf(await call()));
  return codes;
};

it("of a connection opens after 20 failures, refuses at once with the moment to come back, and shows", async () => {
  const sick = await world();
  sick.status = 500;
  expect(new Set(await times(20, () => sick.call()))).toEqual(new Set(["TARGET_SICK"]));
  const refused = await sick.call();
  expect(refused).toMatchObject({
    outcome: "sick",
    error: { code: "CIRCUIT_OPEN", retryAtMs: sick.clock.now() + 10_000 },
    meta: { attempts: 0 },
  });
  expect(sick.server.seen).toHaveLength(20);
  const host = new URL(sick.server.origin).host;
  expect(sick.runtime.status().circuits).toEqual([
    {
      connector: "sample",
      host,
      connection: "main",
      tenant: "default",
      state: "open",
      sinceMs: sick.clock.now(),
      untilMs: sick.clock.now() + 10_000,
    },
  ]);
  expect(sick.changes).toMatchObject([{ host, connection: "main", from: "closed", to: "open" }]);
  expect(sick.runtime.status().shed).toMatchObject({ interactive: 1 });
});

it("of a connection closes after three probes that went well", async () => {
  const sick = await world();
  sick.status = 500;
  await times(20, () => sick.call());
  sick.status = 200;
  sick.clock.advance(9_999);
  expect(codeOf(await sick.call())).toBe("CIRCUIT_OPEN");
  sick.clock.advance(1);
  expect(await times(3, () => sick.call())).toEqual(["ok", "ok", "ok"]);
  expect(sick.changes.map(({ to }) => to)).toEqual(["open", "half-open", "closed"]);
  expect(sick.runtime.status().circuits).toEqual([]);
});

it("of one connection does not stop another one to the same host, whose own calls are judged by themselves", async () => {
  const sick = await world();
  sick.status = 500;
  await times(21, () => sick.call("first"));
  sick.status = 200;
  expect(await times(30, () => sick.call("second"))).toEqual(Array.from({ length: 30 }, () => "ok"));
  expect(codeOf(await sick.call("first"))).toBe("CIRCUIT_OPEN");
});

it("that all share opens when connections of several fail, and holds for one that never called", async () => {
  const sick = await world();
  sick.status = 502;
  for (let each = 0; each < 10; each++) for (const name of ["a", "b", "c"]) await sick.call(name);
  expect(codeOf(await sick.call("new"))).toBe("CIRCUIT_OPEN");
  expect(sick.runtime.status().circuits).toMatchObject([{ connector: "sample", state: "open" }]);
  expect(sick.runtime.status().circuits[0]).not.toHaveProperty("connection");
});

it("that all share is not opened by one tenant, with however many connections, nor by two connections of it", async () => {
  const sick = await world();
  sick.status = 500;
  for (let each = 0; each < 15; each++) for (const name of ["a", "b", "c"]) await sick.call(name, { tenant: "noisy" });
  expect(codeOf(await sick.call("a", { tenant: "other" }))).toBe("TARGET_SICK");
});

it.each([400, 401, 403, 404, 409, 422, 429])("is not opened by answers of %i, however many", async (status) => {
  const busy = await world();
  busy.status = status;
  for (let each = 0; each < 15; each++) for (const tenant of ["a", "b"]) await busy.call("main", { tenant });
  expect(busy.changes).toEqual([]);
});

it("opens after five connections in a row that nobody took", async () => {
  const gone = await world();
  await gone.server.close();
  expect(await times(6, () => gone.call())).toEqual([...Array.from({ length: 5 }, () => "TARGET_SICK"), "CIRCUIT_OPEN"]);
});

it("sends no scout that is not safe to repeat before it is time for probes", async () => {
  const sick = await world();
  sick.status = 500;
  await times(20, () => sick.call());
  sick.clock.advance(10_000);
  await sick.call();
  sick.status = 200;
  sick.clock.advance(15_000);
  const connection = connectionTo(sick.server.origin);
  expect(codeOf(await sick.runtime.call("sample/write", { connection, input: {} }))).toBe("CIRCUIT_OPEN");
  expect(codeOf(await sick.call())).toBe("ok");
  expect(sick.changes.map(({ to }) => to)).toEqual(["open", "half-open", "open", "half-open"]);
});

it("is not opened by code of a connection whose deadlines are too short for the vendor", async () => {
  const slow = await loopback(() => undefined);
  const changes: CircuitChange[] = [];
  const runtime = createRuntime({
    connectors: [connectorOf({ op: READ })],
    egress: { allow: [slow.origin] },
    onCircuitChange: (change) => changes.push(change),
  });
  open.push(slow, runtime);
  const connection = connectionTo(slow.origin);
  const results = await Promise.all(
    Array.from({ length: 25 }, () => runtime.call("sample/op", { connection, input: {}, remainingMs: 150 })),
  );
  expect(new Set(results.map(codeOf))).toEqual(new Set(["DEADLINE_EXCEEDED"]));
  expect(changes).toEqual([]);
});

it("of an operation's own code is that of its connection alone", async () => {
  const connector = connectorOf(
    { query: { native: { reason: "test", uses: [] }, maxAttempts: 1 } },
    {},
    {
      query: {
        call: async () => {
          throw Object.assign(new Error("no connection"), { code: "ECONNREFUSED" });
        },
      },
    },
  );
  const runtime = createRuntime({ connectors: [connector], random: () => 0.5 });
  open.push(runtime);
  const call = (name: string) => runtime.call("sample/query", { connection: connectionTo("", { name }), input: {} });
  expect(await times(6, () => call("a"))).toEqual([...Array.from({ length: 5 }, () => "TARGET_SICK"), "CIRCUIT_OPEN"]);
  expect(codeOf(await call("b"))).toBe("TARGET_SICK");
});
