// Pins: rows changed or lost between the database and JSON, reads that write, and streams that cannot go on.
import type { Json } from "@mortise/sdk";
import { describe, expect, test } from "vitest";
import { bird, birdTable } from "../bird-table.ts";

const { runtime, connection: main, call, output, rowsOf } = await birdTable();

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
