/** Pins: a transformer loses rows, cents or zeros, or its declared output type is not what comes out. */
import { compileValue, inferSchema, isAssignable, transformers } from "@mortise/builders";
import type { Json, JsonSchema } from "@mortise/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const run = (from: Json, ...steps: readonly Json[]): Json => {
  const compiled = compileValue({ $map: [{ from: { $cel: "data" } }, ...steps] }, { scope: { data: inferWide(from) } });
  expect(compiled.diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  const result = compiled.evaluate({ data: from });
  expect(isAssignable(inferSchema(result), compiled.type)).toMatchObject({ ok: true });
  return result;
};

/** The type of data without its constants. */
function inferWide(value: Json): JsonSchema {
  return JSON.parse(
    JSON.stringify(inferSchema(value))
      .replaceAll(/,"const":("(\\.|[^"\\])*"|[^,}\]]+)/g, "")
      .replaceAll(/,"minItems":\d+/g, ""),
  ) as JsonSchema;
}

const people = [
  { id: "1", name: "Ada Lovelace", city: "London", zip: "00501", cost: "$1,234.50" },
  { id: "2", name: "Alan Turing", city: "Wilmslow", zip: "01234", cost: "0.10" },
  { id: "3", name: "Grace Hopper", city: "London", zip: "90210", cost: "" },
];

describe("fields", () => {
  test("pick keeps the fields named, in that order, of a record and of each in a list", () => {
    expect(run(people[0] as Json, { pick: { fields: ["zip", "id"] } })).toEqual({ zip: "00501", id: "1" });
    expect(run(people, { pick: { fields: ["id"] } })).toEqual([{ id: "1" }, { id: "2" }, { id: "3" }]);
  });

  test("omit drops the fields named, keeps the order of the others, and passes over what is not there", () => {
    expect(run({ b: 1, secret: 2, a: 3 }, { omit: { fields: ["secret"] } })).toEqual({ b: 1, a: 3 });
    expect(run([{ a: 1, b: 2 }, { b: 3 }], { omit: { fields: ["a"] } })).toEqual([{ b: 2 }, { b: 3 }]);
    const compiled = compileValue(
      { $map: [{ from: { $cel: "data" } }, { omit: { fields: ["a"] } }] },
      { scope: { data: { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a", "b"] } } },
    );
    expect(compiled.type).toMatchObject({ properties: { b: { type: "number" } }, required: ["b"] });
    expect(compiled.type).not.toHaveProperty("properties.a");
  });

  test("rename keeps values and order, and a new name replaces the old field", () => {
    const renamed = run({ a: 1, b: 2, c: 3 }, { rename: { fields: { a: "x", c: "b" } } }) as object;
    expect(Object.entries(renamed)).toEqual([
      ["x", 1],
      ["b", 3],
    ]);
    expect(run({ a: 1, b: 2 }, { rename: { fields: { a: "b", b: "a" } } })).toEqual({ b: 1, a: 2 });
  });

  test("set computes from the record as it was", () => {
    expect(
      run([{ a: 1 }, { a: 2 }], { set: { fields: { a: { $cel: "row.a + 1" }, b: { $cel: "row.a * 10 + index" }, c: "x" } } }),
    ).toEqual([
      { a: 2, b: 10, c: "x" },
      { a: 3, b: 21, c: "x" },
    ]);
  });

  test("split makes a list, or fields of which the last gets the rest", () => {
    expect(run({ t: "a, b,c" }, { split: { field: "t", by: "," } })).toEqual({ t: ["a", "b", "c"] });
    expect(run({ t: "a b c" }, { split: { field: "t", by: " ", into: ["x", "y"] } })).toEqual({ t: "a b c", x: "a", y: "b c" });
    expect(run({ t: "a" }, { split: { field: "t", by: " ", into: ["x", "y"] } })).toEqual({ t: "a", x: "a", y: null });
  });

  test("join leaves blanks out and takes lists apart", () => {
    expect(
      run({ a: "x", b: "", c: 2, d: ["y", "z"] }, { join: { fields: ["a", "b", "c", "d"], with: "-", into: "all" } }),
    ).toMatchObject({ all: "x-2-y-z" });
  });

  test("template fills holes with the record", () => {
    expect(
      run({ name: "Ada", n: 2 }, { template: { text: "Dear ${row.name}, ${row.n * 2} $${x}", into: "text" } }),
    ).toMatchObject({ text: "Dear Ada, 4 ${x}" });
  });
});

describe("cast", () => {
  test("a ZIP code keeps its leading zeros unless a number is asked for", () => {
    expect(run(people, { cast: { fields: { cost: "number" } } })).toMatchObject([
      { zip: "00501", cost: 1234.5 },
      { zip: "01234", cost: 0.1 },
      { cost: null },
    ]);
    expect(run({ zip: "00501" }, { cast: { fields: { zip: "string" } } })).toEqual({ zip: "00501" });
    expect(run({ zip: "00501" }, { cast: { fields: { zip: "integer" } } })).toEqual({ zip: 501 });
  });

  test.each<readonly [Json, Json, Json]>([
    ["$1,234.50", "number", 1234.5],
    ["1234567.891", "number", 1234567.891],
    ["-$5", "number", -5],
    ["$-5", "number", -5],
    ["(12.00)", "number", -12],
    ["€ 1 234", "number", 1234],
    ["1\u00a0234,50 €", { to: "number", decimal: "," }, 1234.5],
    ["1.234,50", { to: "number", decimal: "," }, 1234.5],
    ["USD 10", "number", 10],
    ["1e3", "number", 1000],
    [".5", "number", 0.5],
    [true, "number", 1],
    ["3.0", "integer", 3],
    ["yes", "boolean", true],
    ["0", "boolean", false],
    [1.5, "string", "1.5"],
    [{ a: 1 }, "string", '{"a":1}'],
    ["2026-01-31T23:00:00Z", "date", "2026-01-31"],
    ["1/8/90", { to: "date", format: "M/d/yy" }, "1990-01-08"],
    ["", "number", null],
    ["  ", "string", null],
    ["", { to: "string", blank: "keep" }, ""],
    ["", { to: "number", blank: "default", default: 0 }, 0],
    ["x", { to: "number", onFail: "null" }, null],
    ["x", { to: "number", onFail: "default", default: -1 }, -1],
    ["3.5", { to: "integer", onFail: "null" }, null],
    ["1,2,3", { to: "number", onFail: "null" }, null],
    ["12,34", { to: "number", onFail: "null" }, null],
    ["0x10", { to: "number", onFail: "null" }, null],
  ])("%j to %j is %j", (value, to, expected) => {
    expect(run({ v: value }, { cast: { fields: { v: to } } })).toEqual({ v: expected });
  });

  test("what cannot be converted stops the item and names the field, not the value", () => {
    const cast = () => run({ cost: "secret" }, { cast: { fields: { cost: "number" } } });
    expect(cast).toThrow(expect.objectContaining({ code: "TRANSFORM_FAILED", message: 'cast: the text in "cost" is no number' }));
    expect(() => run({ cost: "" }, { cast: { fields: { cost: { to: "number", blank: "fail" } } } })).toThrow(/cost/);
  });

  test("every number survives being written with thousands separators and a currency sign", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const digits = String(Math.abs(whole)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
        const text = `${whole < 0 ? "-" : ""}$${digits}.${String(cents).padStart(2, "0")}`;
        expect(run({ v: text }, { cast: { fields: { v: "number" } } })).toEqual({ v: Number(text.replaceAll(/[$,]/g, "")) + 0 });
      }),
      { numRuns: 200 },
    );
  });
});

describe("date", () => {
  test.each<readonly [Json, Json, Json]>([
    ["1990-01-08", {}, "1990-01-08"],
    ["1/8/90 0:00", { from: "M/d/yy H:mm", to: "date" }, "1990-01-08"],
    ["1/8/90 0:05", { from: "M/d/yy H:mm" }, "1990-01-08T00:05:00Z"],
    ["Jan 08 1990", { from: "MMM dd yyyy" }, "1990-01-08"],
    ["8. January 1990 at 3:05 PM", { from: "d. MMMM yyyy 'at' h:mm a" }, "1990-01-08T15:05:00Z"],
    ["Mon, 8 Jan 1990", { from: "EEE, d MMM yyyy" }, "1990-01-08"],
    ["12/31/2026", { from: ["iso", "M/d/yyyy"], to: "date" }, "2026-12-31"],
    ["2026-07-01T12:00:00", { zone: "Europe/Berlin", to: "date-time" }, "2026-07-01T12:00:00+02:00"],
    ["2026-07-01T12:00:00Z", { zone: "America/New_York", to: "date-time" }, "2026-07-01T08:00:00-04:00"],
    ["2026-01-31", { add: { months: 1 } }, "2026-02-28"],
    ["2024-02-29", { add: { years: 1 } }, "2025-02-28"],
    ["2026-03-29T00:30:00", { zone: "Europe/Berlin", add: { days: 1 }, to: "date-time" }, "2026-03-30T00:30:00+02:00"],
    ["2026-01-31", { add: { days: -31 } }, "2025-12-31"],
    ["2026-05-20", { truncate: "month" }, "2026-05-01"],
    ["2026-05-20", { truncate: "quarter" }, "2026-04-01"],
    ["2026-05-20", { truncate: "week" }, "2026-05-18"],
    ["2026-05-20T10:45:30Z", { truncate: "hour" }, "2026-05-20T10:00:00Z"],
    [0, { from: "epoch-s", to: "date" }, "1970-01-01"],
    ["1767225600000", { from: "epoch-ms", to: "yyyy/MM/dd" }, "2026/01/01"],
    ["2026-05-20", { to: "EEE, d MMM yy" }, "Wed, 20 May 26"],
    ["", {}, null],
    ["2026-02-30", { onFail: "null" }, null],
    ["13/1/2026", { from: "M/d/yyyy", onFail: "default", default: "1970-01-01" }, "1970-01-01"],
    ["soon", { onFail: "null" }, null],
  ])("%j with %j is %j", (value, options, expected) => {
    expect(run({ v: value }, { date: { fields: { v: options } } })).toEqual({ v: expected });
  });

  test("what is no date stops the item, and a wrong format or zone is found before the run", () => {
    expect(() => run({ d: "x" }, { date: { fields: { d: { from: "M/d/yy" } } } })).toThrow(
      /the text in "d" is no date written as "M\/d\/yy"/,
    );
    const bad = compileValue({
      $map: [{ from: { $cel: "x" } }, { date: { fields: { d: { from: "MMM DD", zone: "Mars/Base" } } } }],
    });
    expect(bad.diagnostics.map((each) => each.path)).toEqual(["/$map/1/date/fields/d", "/$map/1/date/fields/d/zone"]);
  });

  test("every date that is written in a format is read back", () => {
    const formats = ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "d MMMM yyyy H:mm:ss.SSS XX", "EEEE, MMM d, yyyy hh:mm:ss.SSS a X"];
    const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
        fc.constantFrom(...formats),
        fc.constantFrom(...zones),
        (date, format, zone) => {
          const iso = date.toISOString().replace(".000Z", "Z");
          const steps: readonly Json[] = [
            { date: { fields: { v: { to: format, zone } } } },
            { date: { fields: { v: { from: format, to: "date-time" } } } },
          ];
          expect(run({ v: iso }, ...steps)).toEqual({ v: iso });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("lists", () => {
  test("filter keeps what holds", () => {
    expect(run([1, 5, 10], { filter: { where: { $cel: "row > 3" } } })).toEqual([5, 10]);
    const bad = compileValue({ $map: [{ from: [1] }, { filter: { where: { $cel: "row + 1" } } }] }, { scope: {} });
    expect(bad.diagnostics).toMatchObject([{ code: "EXPRESSION_TYPE", path: "/$map/1/filter/where" }]);
  });

  test("sort is stable, by several keys, with missing values last in both directions", () => {
    const rows = [
      { a: 2, b: "x" },
      { a: null, b: "y" },
      { a: 1, b: "z" },
      { a: 2, b: "a" },
      { a: 10, b: "q" },
    ];
    const sorted = (order: string) =>
      (run(rows, { sort: { by: [{ field: "a", order }] } }) as typeof rows).map((row) => row.b).join("");
    expect(sorted("asc")).toBe("zxaqy");
    expect(sorted("desc")).toBe("qxazy");
    expect(run(rows, { sort: { by: [{ field: "a" }, { field: "b" }] } })).toMatchObject([
      { b: "z" },
      { b: "a" },
      { b: "x" },
      { b: "q" },
      { b: "y" },
    ]);
  });

  test("unique keeps the first, limit cuts, lookup finds", () => {
    expect(run(people, { unique: { by: ["city"] } }, { pick: { fields: ["id"] } })).toEqual([{ id: "1" }, { id: "2" }]);
    expect(run([1, 2, 3, 4], { limit: { count: 2, skip: 1 } })).toEqual([2, 3]);
    const list = [{ city: "London", country: "GB" }];
    expect(run([{ city: "London" }, { city: "Rome" }], { lookup: { in: list, field: "city", into: "place" } })).toEqual([
      { city: "London", place: list[0] },
      { city: "Rome", place: null },
    ]);
    expect(() => run([{ city: "Rome" }], { lookup: { in: list, field: "city", into: "place", onMissing: "stop" } })).toThrow(
      /nothing found/,
    );
  });

  test("group, then aggregate over the groups, equals aggregate by group", () => {
    const rows = [
      { state: "LA", cost: 0.1 },
      { state: "TX", cost: 5 },
      { state: "LA", cost: 0.2 },
      { state: "LA", cost: null },
    ];
    const compute = {
      n: { function: "count" },
      filled: { function: "count", field: "cost" },
      total: { function: "sum", field: "cost" },
      least: { function: "min", field: "cost" },
      most: { function: "max", field: "cost" },
      mean: { function: "avg", field: "cost" },
      first: { function: "first", field: "cost" },
      last: { function: "last", field: "cost" },
      each: { function: "distinct", field: "cost" },
    };
    const expected = [
      { state: "LA", n: 3, filled: 2, total: 0.3, least: 0.1, most: 0.2, mean: 0.15, first: 0.1, last: 0.2, each: [0.1, 0.2] },
      { state: "TX", n: 1, filled: 1, total: 5, least: 5, most: 5, mean: 5, first: 5, last: 5, each: [5] },
    ];
    expect(run(rows, { aggregate: { by: ["state"], compute } })).toEqual(expected);
    expect(run(rows, { group: { by: ["state"] } }, { aggregate: { of: "rows", compute } })).toEqual(expected);
    expect(run(rows, { aggregate: { compute: { total: { function: "sum", field: "cost" } } } })).toEqual({ total: 5.3 });
    expect(
      run([{ cost: null }], {
        aggregate: { compute: { mean: { function: "avg", field: "cost" }, top: { function: "max", field: "cost" } } },
      }),
    ).toEqual({ mean: null, top: null });
  });

  test("sums of money are exact to the cent, in any order and number", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000_000, max: 10_000_000 }), { minLength: 1, maxLength: 400 }), (cents) => {
        const rows = cents.map((each) => ({ cost: each / 100 }));
        const expected = cents.reduce((total, each) => total + each, 0) / 100;
        expect(run(rows, { aggregate: { compute: { total: { function: "sum", field: "cost" } } } })).toEqual({
          total: expected + 0,
        });
      }),
      { numRuns: 100 },
    );
  });

  test("text is not added up by mistake", () => {
    expect(() => run([{ cost: "1" }], { aggregate: { compute: { total: { function: "sum", field: "cost" } } } })).toThrow(
      /expected a number; cast it first/,
    );
  });
});

describe("catalogue", () => {
  test("every transformer has a title, a description and a closed schema of its parameters", () => {
    expect(transformers.map((each) => each.name)).toEqual(
      expect.arrayContaining([
        "pick",
        "rename",
        "set",
        "filter",
        "sort",
        "group",
        "aggregate",
        "split",
        "join",
        "date",
        "template",
        "cast",
      ]),
    );
    for (const { title, description, params } of transformers) {
      expect(title).toMatch(/^[A-Z]/);
      expect(description).toMatch(/\.$/);
      expect(params).toMatchObject({ type: "object", additionalProperties: false });
      expect(JSON.parse(JSON.stringify(params))).toEqual(params);
      for (const property of Object.values(params.properties ?? {})) expect(property).toHaveProperty("title");
    }
  });

  test.each(transformers.map(({ name }) => name))(
    "%s refuses what is no record or list, and parameters that it does not know",
    (name) => {
      const bad = compileValue({ $map: [{ from: 1 }, { [name]: { nonsense: 1 } }] });
      expect(bad.diagnostics.map((each) => each.code)).toContain("UNKNOWN_KEY");
    },
  );

  test("a value of the wrong kind fails with what was found", () => {
    const compiled = compileValue({ $map: [{ from: { $cel: "x" } }, { pick: { fields: ["a"] } }] });
    expect(() => compiled.evaluate({ x: 1 })).toThrow(
      expect.objectContaining({ code: "TRANSFORM_FAILED", message: "pick: found whole number, expected a list" }),
    );
    expect(() => compiled.evaluate({ x: [1] })).toThrow(/element 0 is whole number, expected a record/);
  });
});
