/** Pins: a bad row passes, a good one is rejected, or the reason does not say what is wrong. */
import { compileRules, rules } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";

const reasons = (rule: Json, row: Json): readonly string[] => {
  const compiled = compileRules([rule]);
  expect(compiled.diagnostics).toEqual([]);
  return compiled.check(row, 0);
};

describe("rules", () => {
  test.each<readonly [Json, Json, string | undefined]>([
    [{ rule: "required", field: "a" }, { a: 0 }, undefined],
    [{ rule: "required", field: "a" }, { a: " " }, '"a" is missing'],
    [{ rule: "required", field: "a" }, {}, '"a" is missing'],
    [{ rule: "required", field: "constructor" }, {}, '"constructor" is missing'],
    [{ rule: "type", field: "a", type: "number" }, { a: "1,234.5" }, undefined],
    [{ rule: "type", field: "a", type: "number", text: false }, { a: "1" }, '"a" must be a number, found text'],
    [{ rule: "type", field: "a", type: "integer" }, { a: 1.5 }, '"a" must be a whole number, found number'],
    [{ rule: "type", field: "a", type: "list" }, { a: {} }, '"a" must be a list, found record'],
    [{ rule: "range", field: "Speed", min: 0, max: 400 }, { Speed: "400" }, undefined],
    [{ rule: "range", field: "Speed", min: 0, max: 400 }, { Speed: 401 }, '"Speed" is 401, expected at most 400'],
    [{ rule: "range", field: "Speed", min: 0 }, { Speed: "-0.5" }, '"Speed" is -0.5, expected at least 0'],
    [{ rule: "range", field: "Speed", min: 0 }, { Speed: "fast" }, '"Speed" must be a number, found text'],
    [{ rule: "range", field: "Speed", min: 0 }, { Speed: "" }, '"Speed" is missing'],
    [{ rule: "range", field: "Speed", min: 0, optional: true }, { Speed: "" }, undefined],
    [{ rule: "range", field: "Speed", min: 0, optional: true }, { Speed: null }, undefined],
    [{ rule: "range", field: "Speed", min: 0, message: "too slow" }, { Speed: -1 }, "too slow"],
    [{ rule: "length", field: "a", min: 2, max: 3 }, { a: "😀😀" }, undefined],
    [{ rule: "length", field: "a", max: 1 }, { a: [1, 2] }, '"a" has 2 elements, expected at most 1'],
    [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }, { zip: "00501" }, undefined],
    [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }, { zip: "501" }, '"zip" does not match the pattern ^[0-9]{5}$'],
    [{ rule: "oneOf", field: "a", values: ["x", "y"] }, { a: "X" }, '"a" must be one of "x", "y"'],
    [{ rule: "oneOf", field: "a", values: ["x", "y"], ignoreCase: true }, { a: "X" }, undefined],
    [{ rule: "oneOf", field: "a", values: [[1], 2] }, { a: [1] }, undefined],
    [{ rule: "dateRange", field: "d", min: "1990-01-01", max: "2002-12-31" }, { d: "2002-12-31T23:59:59Z" }, undefined],
    [{ rule: "dateRange", field: "d", max: "2002-12-31" }, { d: "2003-01-01" }, '"d" is after 2002-12-31'],
    [
      { rule: "dateRange", field: "d", min: "1990-01-01", format: "M/d/yy H:mm" },
      { d: "12/31/89 0:00" },
      '"d" is before 1990-01-01',
    ],
    [{ rule: "dateRange", field: "d", min: "1990-01-01" }, { d: "soon" }, '"d" must be a date written as "iso", found text'],
    [{ rule: "compare", field: "total", to: ["a", "b"] }, { total: 0.3, a: 0.1, b: "0.2" }, undefined],
    [{ rule: "compare", field: "total", to: ["a", "b"] }, { total: 1, a: 1, b: 1 }, '"total" must equal the sum of "a", "b"'],
    [{ rule: "compare", field: "total", to: { $cel: "row.a * 2" } }, { total: 4, a: 2 }, undefined],
    [
      { rule: "compare", field: "end", is: ">=", to: "start" },
      { start: "2026-01-02", end: "2026-01-01" },
      '"end" must be at least "start"',
    ],
    [{ rule: "compare", field: "a", to: "b", tolerance: 0.01 }, { a: 1, b: 1.005 }, undefined],
    [{ rule: "compare", field: "a", to: "b" }, { a: 1 }, '"b" is missing'],
    [{ rule: "compare", field: "a", to: "b", optional: true }, { a: 1 }, undefined],
    [{ rule: "reference", field: "a", in: ["x", "y"] }, { a: "z" }, '"a" is not in the list that it must refer to'],
    [{ rule: "reference", field: "a", in: [{ id: 1 }, { id: 2 }], key: "id" }, { a: 2 }, undefined],
    [{ rule: "expression", where: { $cel: "row.a > row.b" } }, { a: 2, b: 1 }, undefined],
    [{ rule: "expression", where: { $cel: "row.a > row.b" } }, { a: 1, b: 2 }, "does not hold: row.a > row.b"],
    [{ rule: "expression", where: { $cel: "row.a > 1" }, message: "a?" }, {}, "a?"],
  ])("%j on %j", (rule, row, expected) => {
    expect(reasons(rule, row)).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["email", ["a@b.co", "first.last+tag@sub.example.com"], ["a", "a@b", "@b.co", "a@b..co", "a b@c.de", ".a@b.co", "a@-b.co"]],
    ["date", ["2026-01-31", "2024-02-29"], ["2026-02-29", "2026-1-1", "20260131", "2026-01-31T00:00:00Z"]],
    [
      "date-time",
      ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456789+02:00"],
      ["2026-01-31", "2026-01-31T25:00:00Z", "2026-01-31T12:00:00"],
    ],
    ["time", ["12:30", "23:59:59"], ["24:00", "1:00"]],
    ["uri", ["https://example.com/a?b=c", "mailto:a@b.co"], ["example.com", "https://", "http://a b"]],
    ["uuid", ["123e4567-e89b-42d3-a456-426614174000"], ["123e4567"]],
    ["hostname", ["example.com", "a-b.c"], ["-a.com", "a..b", "a_b"]],
    ["ipv4", ["127.0.0.1", "255.255.255.255"], ["256.0.0.1", "1.2.3", "1.2.3.4."]],
  ])("format %s", (format, good, bad) => {
    for (const a of good) expect([a, reasons({ rule: "format", field: "a", format }, { a })]).toEqual([a, []]);
    for (const a of bad) expect([a, reasons({ rule: "format", field: "a", format }, { a }).length]).toEqual([a, 1]);
  });
});

describe("a list of rows", () => {
  test("is sorted into valid and rejected rows, each with every reason, and no row is lost", () => {
    const compiled = compileRules([
      { rule: "required", field: "id" },
      { rule: "unique", field: "id", optional: true },
      { rule: "range", field: "n", min: 0, optional: true },
    ]);
    const rows: readonly Json[] = [{ id: "a" }, { id: "a", n: -1 }, { n: 1 }, { id: "b", n: 0 }, 7];
    expect(compiled.checkAll(rows)).toEqual({
      valid: [{ id: "a" }, { id: "b", n: 0 }],
      rejected: [
        { index: 1, row: { id: "a", n: -1 }, reasons: ['"id" is the same as in row 0', '"n" is -1, expected at least 0'] },
        { index: 2, row: { n: 1 }, reasons: ['"id" is missing'] },
        { index: 4, row: 7, reasons: ["the row is whole number, expected a record"] },
      ],
      problems: [],
    });
  });

  test("unique starts anew with each list, unless the memory is handed on", () => {
    const compiled = compileRules([{ rule: "unique", field: ["a", "b"] }]);
    const rows = [{ a: 1, b: 2 }];
    expect(compiled.checkAll(rows).rejected).toEqual([]);
    expect(compiled.checkAll(rows).rejected).toEqual([]);
    const memory = compiled.newMemory();
    expect(compiled.checkAll(rows, { memory }).rejected).toEqual([]);
    expect(compiled.checkAll(rows, { memory, offset: 1 }).rejected).toMatchObject([
      { index: 1, reasons: ['"a", "b" is the same as in row 0'] },
    ]);
  });

  test("a repair mends the total and leaves the given rows as they are", () => {
    const compiled = compileRules([{ rule: "compare", field: "total", to: { $cel: "row.a + row.b" }, repair: true }]);
    const rows: readonly Json[] = [
      { total: 9, a: 1, b: 2 },
      { a: 1, b: 1 },
    ];
    expect(compiled.checkAll(rows).valid).toEqual([
      { total: 3, a: 1, b: 2 },
      { a: 1, b: 1, total: 2 },
    ]);
    expect(rows[0]).toEqual({ total: 9, a: 1, b: 2 });
  });

  test("a catastrophic pattern costs linear time", () => {
    const compiled = compileRules([{ rule: "pattern", field: "a", pattern: "^(a+)+$" }]);
    const started = performance.now();
    expect(compiled.check({ a: `${"a".repeat(100_000)}!` }, 0)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("wrong rules are reported with path and fix, and never run", () => {
  const rowSchema = { type: "object", properties: { Speed: { type: "number" } }, additionalProperties: false } as const;
  test.each<readonly [Json, string, string, string | undefined]>([
    [{ rule: "rnage", field: "Speed" }, "INVALID_VALUE", "/rules/0/rule", "range"],
    [{ field: "Speed" }, "MISSING_KEY", "/rules/0", undefined],
    [7, "WRONG_TYPE", "/rules/0", undefined],
    [{ rule: "range", field: "Sped", min: 0 }, "EXPRESSION_UNKNOWN_NAME", "/rules/0/field", "Speed"],
    [{ rule: "range", field: "Speed", minimum: 0 }, "UNKNOWN_KEY", "/rules/0/minimum", undefined],
    [{ rule: "range", field: "Speed" }, "MISSING_KEY", "/rules/0", undefined],
    [{ rule: "range", field: "Speed", min: "0" }, "WRONG_TYPE", "/rules/0/min", undefined],
    [{ rule: "range", field: "Speed", min: 5, max: 1 }, "INVALID_VALUE", "/rules/0/min", undefined],
    [{ rule: "pattern", field: "Speed", pattern: "(?=a)" }, "INVALID_VALUE", "/rules/0/pattern", undefined],
    [{ rule: "format", field: "Speed", format: "e-mail" }, "INVALID_VALUE", "/rules/0/format", "email"],
    [{ rule: "dateRange", field: "Speed", min: "yesterday" }, "INVALID_VALUE", "/rules/0/min", undefined],
    [{ rule: "compare", field: "Speed", is: "<", to: "Speed", repair: true }, "INVALID_VALUE", "/rules/0/repair", undefined],
    [{ rule: "expression", where: { $cel: "row.Speed + 1" } }, "EXPRESSION_TYPE", "/rules/0/where", undefined],
    [{ rule: "expression", where: { $cel: "row.Sped > 1" } }, "EXPRESSION_UNKNOWN_NAME", "/rules/0/where/$cel", "Speed"],
  ])("%j", (rule, code, path, fix) => {
    const compiled = compileRules([rule], { rowSchema, path: "/rules" });
    expect(compiled.diagnostics[0]).toMatchObject({ code, path, severity: "error" });
    if (fix) expect(compiled.diagnostics[0]?.fix?.title).toContain(fix);
    expect(() => compiled.check({}, 0)).toThrow(expect.objectContaining({ code }));
  });

  test("rules that are no list are reported", () => {
    expect(compileRules({}).diagnostics).toMatchObject([{ code: "WRONG_TYPE" }]);
  });
});

test("every rule has a title, a description and a closed schema of its parameters", () => {
  const names = [
    "required",
    "type",
    "pattern",
    "format",
    "range",
    "length",
    "oneOf",
    "dateRange",
    "compare",
    "unique",
    "expression",
    "reference",
  ];
  expect(rules.map((each) => each.name)).toEqual(expect.arrayContaining(names));
  for (const { name, description, params } of rules) {
    expect(description).toMatch(/\.$/);
    expect(params).toMatchObject({
      type: "object",
      additionalProperties: false,
      properties: { rule: { const: name }, message: { type: "string" } },
    });
    for (const property of Object.values(params.properties ?? {})) expect(property).toHaveProperty("title");
  }
});
