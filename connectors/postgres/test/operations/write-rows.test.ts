// Pins: rows lost, doubled or half-written, values read as another type, and names that become SQL.
import { describe, expect, test } from "vitest";
import { bird, birdTable } from "../bird-table.ts";

const { call, output, rowsOf } = await birdTable();

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
