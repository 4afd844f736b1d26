// Pins: rows lost, doubled or changed between JSON and the database, reads that write, and SQLSTATEs taken for the wrong outcome.
import { type Connection, createRuntime } from "@mortise/runtime";
import type { Json } from "@mortise/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import postgres from "../src/connector.ts";
import { localhostCertificate } from "./localhost-certificate.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { testDatabase } from "./test-database.ts";

const database = await testDatabase();
const socketPath = `${database.settings.socket}/.s.PGSQL.${database.settings.port}`;
const [clear, encrypted] = [await tcpProxy(socketPath, false), await tcpProxy(socketPath, true)];
const runtime = createRuntime({
  connectors: [postgres],
  egress: { allow: [`unix:${database.settings.socket}`, "tcp://127.0.0.1:*", "tcp://localhost:*"] },
});
const main: Connection = { name: "main", connector: "postgres", auth: "none", settings: database.settings };
const over = (name: string, port: number, settings: object = {}): Connection => ({
  name,
  connector: "postgres",
  auth: "none",
  settings: { host: "localhost", port, database: "postgres", user: database.settings.user, ...settings },
});

const call = (operation: string, input: object, more: object = {}) =>
  runtime.call<Json>(`postgres/${operation}`, { input: JSON.parse(JSON.stringify(input)) as Json, connection: main, ...more });
const output = async (operation: string, input: object, more: object = {}): Promise<Json> => {
  const result = await call(operation, input, more);
  if (result.outcome !== "success") throw new Error(`${operation}: ${result.error.code} ${result.error.message}`);
  return result.output;
};
const rowsOf = async (sql: string, params: readonly Json[] = []) =>
  ((await output("query", { sql, params })) as { rows: Json }).rows;

beforeAll(() => output("test", {}));
afterAll(async () => {
  await runtime.close();
  await Promise.all([clear.close(), encrypted.close()]);
  await database.stop();
});
beforeEach(async () => {
  await output("execute", { sql: "DROP TABLE IF EXISTS birds, odd" });
  await output("createTable", {
    table: "birds",
    columns: [
      { name: "id", type: "integer" },
      { name: "name", type: "text", required: true },
      { name: "cost", type: "decimal" },
      { name: "seen", type: "datetime" },
      { name: "more", type: "json" },
    ],
    primaryKey: ["id"],
  });
});

const bird = (id: number, name = `Bird ${id}`): { id: number; name: string } => ({ id, name });

describe("query", () => {
  test("gives every type as JSON that says the same", async () => {
    const sql = `SELECT 7::int2 AS small, 9007199254740991::int8 AS safe, 9007199254740993::int8 AS big, 1.50::numeric AS exact,
      1234567890.12345678901::numeric AS long, 0.1::float8 AS float, 'NaN'::float8 AS nan, true AS yes, NULL::int AS nothing,
      '2026-02-01'::date AS day, '2026-02-01 10:00:00.123456'::timestamp AS ts, '2026-02-01 10:00+05:30'::timestamptz AS tz,
      '13:05'::time AS clock, '1 day 2 hours'::interval AS span, '\\x00ff'::bytea AS bytes, '{"a": [1, null]}'::jsonb AS doc,
      ARRAY[[1,2],[3,NULL]] AS grid, ARRAY['2026-01-01T00:00Z'::timestamptz] AS times, ARRAY['a,"b',NULL] AS texts`;
    expect(await rowsOf(sql)).toEqual([
      {
        small: 7,
        safe: 9007199254740991,
        big: "9007199254740993",
        exact: 1.5,
        long: "1234567890.12345678901",
        float: 0.1,
        nan: "NaN",
        yes: true,
        nothing: null,
        day: "2026-02-01",
        ts: "2026-02-01T10:00:00.123456",
        tz: "2026-02-01T04:30:00Z",
        clock: "13:05:00",
        span: "P1DT2H",
        bytes: "AP8=",
        doc: { a: [1, null] },
        grid: [
          [1, 2],
          [3, null],
        ],
        times: ["2026-01-01T00:00:00Z"],
        texts: ['a,"b', null],
      },
    ]);
  });

  test("takes values as parameters only and keeps columns of one name apart", async () => {
    const hostile = "'; DROP TABLE birds; --";
    expect(await rowsOf("SELECT $1::text AS a, $2::int AS a", [hostile, 2])).toEqual([{ a: hostile, a_2: 2 }]);
  });

  test("cuts off at the limit and says so", async () => {
    expect(await output("query", { sql: "SELECT generate_series(1, 50) n", limit: 2 })).toEqual({
      rows: [{ n: 1 }, { n: 2 }],
      count: 2,
      truncated: true,
    });
    expect(await output("query", { sql: "SELECT generate_series(1, 2) n", limit: 2 })).toMatchObject({ truncated: false });
  });

  test("cannot write, run a second statement, or change the session of the next call", async () => {
    expect(await call("query", { sql: "INSERT INTO birds VALUES (1, 'x')" })).toMatchObject({
      outcome: "poison",
      error: { nativeCode: "25006" },
    });
    expect(await call("query", { sql: "COMMIT; DROP TABLE birds" })).toMatchObject({
      outcome: "poison",
      error: { nativeCode: "42601" },
    });
    await call("query", { sql: "SET TRANSACTION READ WRITE" });
    await call("query", { sql: "SET search_path = nowhere" });
    expect(await rowsOf("SELECT count(*) n FROM birds")).toEqual([{ n: 0 }]);
  });

  test("says where the SQL is wrong", async () => {
    const result = await call("query", { sql: "SELECT id,\n  nome FROM birds" });
    expect(result).toMatchObject({ outcome: "poison", error: { code: "CALL_REJECTED", nativeCode: "42703" } });
    expect(result).toMatchObject({ error: { message: expect.stringContaining("at line 2, column 3") } });
  });
});

describe("insertRows", () => {
  test("reads each value as its column's type", async () => {
    const rows = [
      { id: "1", name: 5, cost: "12.50", seen: "2026-01-01T10:00:00+01:00", more: { a: [1] } },
      { id: 2, name: "x" },
    ];
    expect(await output("insertRows", { table: "birds", rows })).toEqual({ count: 2 });
    expect(await rowsOf("SELECT * FROM birds ORDER BY id")).toEqual([
      { id: 1, name: "5", cost: 12.5, seen: "2026-01-01T09:00:00Z", more: { a: [1] } },
      { id: 2, name: "x", cost: null, seen: null, more: null },
    ]);
  });

  test("inserts all rows or none, and names the bad one", async () => {
    const rows = Array.from({ length: 6_000 }, (_, index) => bird(index));
    const faults: readonly (readonly [object, string, string])[] = [
      [{ ...bird(5_200), id: "no number" }, "22P02", "poison"],
      [{ id: 5_200, name: null }, "23502", "poison"],
      [bird(7), "23505", "poison"],
    ];
    for (const [bad, code, outcome] of faults) {
      const result = await call("insertRows", { table: "birds", rows: rows.with(5_200, bad as never) });
      expect(result).toMatchObject({ outcome, error: { nativeCode: code, message: expect.stringMatching(/^Row 5201: /) } });
    }
    expect(await rowsOf("SELECT count(*) n FROM birds")).toEqual([{ n: 0 }]);
  });

  test("passes its commit point just before COMMIT: stopped there, nothing is inserted", async () => {
    const result = await call("insertRows", { table: "birds", rows: [bird(1)] }, { commit: async () => false });
    expect(result).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
    expect(await rowsOf("SELECT count(*) n FROM birds")).toEqual([{ n: 0 }]);
  });

  test("quotes odd names, and no name can be SQL", async () => {
    await output("execute", { sql: 'CREATE TABLE odd ("a ""b" int, "SELECT" int)' });
    await output("insertRows", { table: "public.odd", rows: [{ 'a "b': 1, SELECT: 2 }] });
    expect(await rowsOf("SELECT * FROM odd")).toEqual([{ 'a "b': 1, SELECT: 2 }]);
    expect(await call("insertRows", { table: 'birds" (id) VALUES (1); --', rows: [bird(1)] })).toMatchObject({
      outcome: "poison",
    });
    expect(await call("insertRows", { table: "a.b.c", rows: [bird(1)] })).toMatchObject({ error: { code: "INVALID_INPUT" } });
  });
});

describe("upsertRows", () => {
  test("inserts, updates, and lets the last of a repeated key win", async () => {
    const upsert = (rows: readonly object[], more: object = {}) =>
      output("upsertRows", { table: "birds", key: ["id"], rows, ...more });
    expect(await upsert([bird(1), bird(2, "a"), { id: "2", name: "b" }])).toEqual({
      count: 2,
      inserted: 2,
      updated: 0,
      duplicates: 1,
    });
    expect(await upsert([{ id: 1, name: "n", cost: 3 }, bird(3)])).toEqual({ count: 2, inserted: 1, updated: 1, duplicates: 0 });
    expect(await upsert([bird(1, "ignored"), bird(4)], { update: "none" })).toEqual({
      count: 1,
      inserted: 1,
      updated: 0,
      duplicates: 0,
    });
    expect(await upsert([{ id: 1, name: "kept out", cost: 9 }], { update: ["cost"] })).toMatchObject({ updated: 1 });
    expect(await rowsOf("SELECT id, name, cost FROM birds ORDER BY id")).toEqual([
      { id: 1, name: "n", cost: 9 },
      { id: 2, name: "b", cost: null },
      { id: 3, name: "Bird 3", cost: null },
      { id: 4, name: "Bird 4", cost: null },
    ]);
  });

  test("says what is missing: a key column in the rows, a unique index on the table", async () => {
    expect(await call("upsertRows", { table: "birds", key: ["nr"], rows: [bird(1)] })).toMatchObject({
      error: { code: "INVALID_INPUT", path: "/key" },
    });
    expect(await call("upsertRows", { table: "birds", key: ["name"], rows: [bird(1)] })).toMatchObject({
      error: { nativeCode: "42P10", message: expect.stringContaining("unique index") },
    });
  });

  test("two that collide in another order are both done: rows are locked in one order", async () => {
    const forward = Array.from({ length: 3_000 }, (_, index) => bird(index));
    await output("upsertRows", { table: "birds", key: ["id"], rows: forward });
    const both = [forward, forward.toReversed(), forward, forward.toReversed()];
    const done = await Promise.all(both.map((rows) => call("upsertRows", { table: "birds", key: ["id"], rows })));
    expect(done.map(({ outcome }) => outcome)).toEqual(both.map(() => "success"));
  });
});

describe("streamRows", () => {
  const read = async (input: object, pageSize: number, cursor: Json = null) => {
    const pages = [];
    for await (const page of runtime.stream<{ id: number }>("postgres/streamRows", {
      input: input as Json,
      connection: main,
      pageSize,
      cursor,
    }))
      pages.push(page);
    return pages;
  };

  test("reads a table by its key, and goes on after any page", async () => {
    await output("insertRows", { table: "birds", rows: Array.from({ length: 205 }, (_, index) => bird(index)) });
    const pages = await read({ table: "birds", columns: ["name", "id"] }, 10);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(Array.from({ length: 205 }, (_, index) => index));
    expect(pages[0]?.items[0]).toEqual({ name: "Bird 0", id: 0 });
    for (const at of [0, 7, 15, 16]) {
      const rest = await read({ table: "birds" }, 100, pages[at]?.next ?? null);
      expect(rest.flatMap(({ items }) => items)[0]?.id).toBe((at + 1) * 10);
    }
  });

  test("reads a query by columns that are named, with parameters, in pages that end exactly", async () => {
    const sql = "SELECT n % 3 AS a, n AS b, n AS id FROM generate_series(1, $1::int) n; ";
    for (const size of [1, 4, 12]) {
      const ids = (await read({ sql, params: [12], orderBy: ["a", "b"] }, size)).flatMap(({ items }) =>
        items.map(({ id }) => id),
      );
      expect(ids).toEqual([3, 6, 9, 12, 1, 4, 7, 10, 2, 5, 8, 11]);
    }
  });

  test("refuses what it could not resume: no key, a key that is null, a foreign cursor", async () => {
    await output("execute", { sql: "CREATE TABLE odd (a int)" });
    await output("insertRows", { table: "odd", rows: [{ a: null }] });
    await expect(read({ table: "odd" }, 10)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(read({ table: "odd", orderBy: ["a"] }, 10)).rejects.toMatchObject({ code: "CALL_REJECTED" });
    await expect(read({ table: "birds" }, 10, { byte: 1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(read({ table: "birds", sql: "SELECT 1" }, 10)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("tables", () => {
  test("are created once, described and listed", async () => {
    const create = { table: "birds", columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] };
    expect(await output("createTable", create)).toEqual({ table: "birds", created: false });
    expect(await call("createTable", { ...create, columns: [{ name: "id", type: "text" }] })).toMatchObject({
      error: { code: "CONFLICT" },
    });
    expect(await call("createTable", { ...create, ifNotExists: false })).toMatchObject({ error: { code: "CONFLICT" } });
    expect(await output("describeTable", { table: "birds" })).toMatchObject({
      primaryKey: ["id"],
      columns: [
        { name: "id", type: "integer", nullable: false, primaryKey: true },
        { name: "name", nullable: false },
        {},
        {},
        { type: "jsonb" },
      ],
    });
    expect(await output("listTables", {})).toMatchObject({ tables: [{ schema: "public", name: "birds", kind: "table" }] });
    expect(await call("describeTable", { table: "birdz" })).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  test("are created by two at once without a fault", async () => {
    await output("execute", { sql: "DROP TABLE birds" });
    const create = { table: "birds", columns: [{ name: "id", type: "integer" }] };
    const made = await Promise.all([1, 2, 3].map(() => output("createTable", create)));
    expect(made.filter((one) => (one as { created: boolean }).created)).toHaveLength(1);
  });
});

describe("sessions", () => {
  test("are encrypted and verified as set", async () => {
    const ssl = async (settings: object, port = encrypted.port) =>
      call("test", {}, { connection: over(JSON.stringify([settings, port]), port, settings) });
    expect(await ssl({ ca: localhostCertificate.cert })).toMatchObject({ outcome: "success" });
    expect(await ssl({ ssl: "require" })).toMatchObject({ outcome: "success" });
    expect(await ssl({})).toMatchObject({
      outcome: "fault",
      error: { code: "MISCONFIGURED", message: expect.stringContaining("certificate") },
    });
    expect(await ssl({}, clear.port)).toMatchObject({
      outcome: "fault",
      error: { code: "MISCONFIGURED", path: "/settings/ssl" },
    });
    expect(await ssl({ ssl: "off" }, clear.port)).toMatchObject({ outcome: "success" });
  });

  test("an unknown user, an unknown database and an unreachable server are three different outcomes", async () => {
    const at = (settings: object) =>
      call("test", {}, { connection: over(JSON.stringify(settings), clear.port, { ssl: "off", ...settings }) });
    expect(await at({ user: "nobody" })).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(await at({ database: "nowhere" })).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
    expect(await at({ port: 1 })).toMatchObject({ outcome: "sick" });
  });

  test("a connection that is lost while idle is replaced, and one lost in a read is retried", async () => {
    const connection = over("lost", clear.port, { ssl: "off" });
    await output("test", {}, { connection });
    for (const socket of clear.sockets) socket.destroy();
    expect(await call("test", {}, { connection })).toMatchObject({ outcome: "success" });
    const slow = call("query", { sql: "SELECT pg_sleep(0.5)" }, { connection });
    setTimeout(() => clear.sockets.forEach((socket) => void socket.destroy()), 150);
    expect(await slow).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  });

  test("a connection that is lost in a write before its commit point has written nothing, after it the outcome is unknown", async () => {
    const connection = over("lost write", clear.port, { ssl: "off" });
    const cutAt = async (commit: () => Promise<boolean>) =>
      call("insertRows", { table: "birds", rows: [bird(1)] }, { connection, commit });
    const result = await cutAt(async () => {
      for (const socket of clear.sockets) socket.destroy();
      return true;
    });
    expect(result).toMatchObject({ outcome: "unknown" });
  });

  test("a cancelled call gives its session up, and the next call works", async () => {
    const stop = new AbortController();
    const slow = call("query", { sql: "SELECT pg_sleep(20)" }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    expect((await slow).outcome).not.toBe("success");
    expect(await rowsOf("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("more calls than sessions wait for their turn", async () => {
    const one = async (n: number) =>
      ((await rowsOf("SELECT $1::int AS n, pg_backend_pid() AS pid, pg_sleep(0.01)", [n])) as { pid: number }[])[0];
    const many = await Promise.all(Array.from({ length: 30 }, (_, index) => one(index)));
    expect(new Set(many.map((row) => row?.pid)).size).toBeLessThanOrEqual(5);
  });
});
