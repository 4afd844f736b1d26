/** Pins: a function is missing, counts from the wrong end, or differs from the CEL definition where that has one. */
import { compileExpression } from "@mortise/builders";
import { describe, expect, test } from "vitest";

const scope = {
  text: "Hello World",
  n: 2.5,
  list: [3, 1, 2],
  rows: [
    { name: "a", cost: 0.1, tags: ["x"] },
    { name: "b", cost: 0.2, tags: [] },
  ],
  row: { a: { b: 1 }, none: null, "x y": 2, list: [10, 20] },
  when: "2026-03-01T12:30:45.250Z",
};
const evaluate = (source: string) => compileExpression(source).evaluate(scope);

describe("functions", () => {
  test.each<readonly [string, unknown]>([
    ["text.contains('World')", true],
    ["text.startsWith('Hell')", true],
    ["text.endsWith('x')", false],
    ["text.matches('^H.*d$')", true],
    ["matches(text, 'o W')", true],
    ["text.lowerAscii()", "hello world"],
    ["text.upperAscii()", "HELLO WORLD"],
    ["'ÀB'.lowerAscii()", "Àb"],
    ["'ÀB'.lower()", "àb"],
    ["'  a '.trim()", "a"],
    ["'a,b,c'.split(',')", ["a", "b", "c"]],
    ["'a,b,c'.split(',', 2)", ["a", "b,c"]],
    ["['a', 'b'].join('-')", "a-b"],
    ["text.replace('l', 'L')", "HeLLo WorLd"],
    ["text.replace('l', 'L', 1)", "HeLlo World"],
    ["text.substring(6)", "World"],
    ["text.substring(0, 5)", "Hello"],
    ["text.charAt(0)", "H"],
    ["text.indexOf('o')", 4],
    ["text.lastIndexOf('o')", 7],
    ["'7'.padStart(3, '0')", "007"],
    ["size('a😀b')", 3],
    ["text.size()", 11],
    ["'a' + 'b'", "ab"],
    ["'a' < 'b'", true],
    ["min(3, 1, 2)", 1],
    ["max(list)", 3],
    ["math.greatest(1, 2.5)", 2.5],
    ["abs(-2.5)", 2.5],
    ["round(2.5)", 3],
    ["round(-2.5)", -3],
    ["round(1.005, 2)", 1.01],
    ["math.round(1234.5678, 2)", 1234.57],
    ["round(1234, -2)", 1200],
    ["floor(-1.5)", -2],
    ["ceil(1.2)", 2],
    ["trunc(-1.9)", -1],
    ["sum(rows.map(r, r.cost))", 0.3],
    ["avg([1, 2])", 1.5],
    ["list.sort()", [1, 2, 3]],
    ["list.reverse()", [2, 1, 3]],
    ["[1, 1.0, 2, {'a': 1}, {'a': 1}].distinct()", [1, 2, { a: 1 }]],
    ["list.slice(1)", [1, 2]],
    ["[[1], [2, 3]].flatten()", [1, 2, 3]],
    ["list.first().orValue(0)", 3],
    ["[].last()", null],
    ["row.keys()", ["a", "none", "x y", "list"]],
    ["number('12.50')", 12.5],
    ["number('1e3')", 1000],
    ["double('2')", 2],
    ["int('42')", 42],
    ["int(-2.9)", -2],
    ["int(timestamp('1970-01-02T00:00:00Z'))", 86400],
    ["string(2.5)", "2.5"],
    ["string(3)", "3"],
    ["string(true)", "true"],
    ["bool('true')", true],
    ["bool('F')", false],
    ["toJson({'a': [1, null]})", '{"a":[1,null]}'],
    ["parseJson('[1]')[0]", 1],
    ["encodeUri('a b/ö')", "a%20b%2F%C3%B6"],
  ])("%s is %j", (source, expected) => {
    expect(compileExpression(source).diagnostics).toEqual([]);
    expect(evaluate(source)).toEqual(expected);
  });
});

describe("macros, membership and missing fields", () => {
  test.each<readonly [string, unknown]>([
    ["rows.map(r, r.name)", ["a", "b"]],
    ["rows.map(r, r.cost > 0.1, r.name)", ["b"]],
    ["rows.filter(r, size(r.tags) > 0)", [scope.rows[0]]],
    ["rows.filter(r, r.cost > 0.1)[0].name", "b"],
    ["rows.all(r, r.cost > 0)", true],
    ["rows.exists(r, r.name == 'b')", true],
    ["rows.exists_one(r, r.cost < 1)", false],
    ["rows.map(r, rows.filter(s, s.name != r.name).map(s, s.name)[0])", ["b", "a"]],
    ["rows.exists(r, r.missing == 1 || r.name == 'b')", true],
    ["row.a.map(k, k)", ["b"]],
    ["'x y' in row", true],
    ["'q' in row", false],
    ["2 in list", true],
    ["{'a': 1} in [{'a': 1.0}]", true],
    ["has(row.a.b)", true],
    ["has(row.a.c)", false],
    ["has(row.q.r.s)", false],
    ["has(row.none)", true],
    ["has(row.none.x)", false],
    ["default(row.q, 5)", 5],
    ["default(row.none, 5)", 5],
    ["default(row.a.b, 5)", 1],
    ["default(row.list[7], 5)", 5],
    ["default(row['x y'], 5)", 2],
    ["row.?q.orValue('d')", "d"],
    ["row.?a.b.orValue(0)", 1],
    ["row.?a.?c.hasValue()", false],
    ["row[?'x y'].orValue(0)", 2],
    ["row.list[?5].orValue(0)", 0],
    ["row.?q", null],
    ["optional.of(1).orValue(2)", 1],
    ["optional.none().orValue(2)", 2],
    ["row.list[1]", 20],
    ["row.none == null", true],
    ["row.missing == 1 || true", true],
    ["false && row.missing", false],
    ["!(row.a.b == 1)", false],
    ["row.a.b == 1 ? 'yes' : 'no'", "yes"],
    ["[1, 'a', null, true]", [1, "a", null, true]],
    ["{'a': {'b': [1]}, 'c': row.a}", { a: { b: [1] }, c: { b: 1 } }],
    ["1 == 1.0 && 'a' != 'b'", true],
  ])("%s is %j", (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test.each([
    "row.q",
    "row.a.b.c",
    "row.list[9]",
    "list['x']",
    "text.a",
    "unknown",
    "row.none.x",
    "number('')",
    "number('1,5')",
    "duration('x')",
  ])("%s fails as data that does not allow it", (source) => {
    expect(() => compileExpression(source, { scope: undefined }).evaluate(scope)).toThrow(
      expect.objectContaining({ name: "MortiseError", code: expect.stringMatching(/^EXPRESSION_(FAILED|TYPE)$/) }),
    );
  });
});

describe("time", () => {
  test.each<readonly [string, unknown]>([
    ["timestamp('2026-01-31')", "2026-01-31T00:00:00Z"],
    ["timestamp(when)", "2026-03-01T12:30:45.250Z"],
    ["timestamp('2026-01-31T12:00:00+02:00')", "2026-01-31T10:00:00Z"],
    ["timestamp(0)", "1970-01-01T00:00:00Z"],
    ["timestamp(when) + duration('1h30m')", "2026-03-01T14:00:45.250Z"],
    ["timestamp(when) - duration('1d')", "2026-02-28T12:30:45.250Z"],
    ["timestamp('2026-01-02') - timestamp('2026-01-01')", "86400s"],
    ["timestamp('2026-01-02') > timestamp('2026-01-01')", true],
    ["timestamp('2026-01-01T01:00:00+01:00') == timestamp('2026-01-01')", true],
    ["(timestamp('2026-01-03') - timestamp('2026-01-01')).getHours()", 48],
    ["number(duration('1m'))", 60],
    ["duration('90m') == duration('1h30m')", true],
    ["duration('-1.5s')", "-1.5s"],
    ["timestamp(when).getFullYear()", 2026],
    ["timestamp(when).getMonth()", 2],
    ["timestamp(when).getDate()", 1],
    ["timestamp(when).getDayOfMonth()", 0],
    ["timestamp(when).getDayOfWeek()", 0],
    ["timestamp(when).getDayOfYear()", 59],
    ["timestamp(when).getHours('Europe/Berlin')", 13],
    ["timestamp('2026-07-01T23:30:00Z').getDate('Asia/Kolkata')", 2],
    ["timestamp(when).getMilliseconds()", 250],
    ["string(timestamp(when) + duration('1s'))", "2026-03-01T12:30:46.250Z"],
    ["[timestamp('2026-01-01')]", ["2026-01-01T00:00:00Z"]],
    ["{'at': timestamp('2026-01-01'), 'for': duration('2s')}", { at: "2026-01-01T00:00:00Z", for: "2s" }],
  ])("%s is %j", (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test("days that no calendar has, and zones that do not exist, are found before the run", () => {
    for (const source of ["timestamp('2026-02-30')", "duration('1 hour')", "timestamp(when).getHours('Mars')"]) {
      expect(compileExpression(source).diagnostics).toMatchObject([{ severity: "error", code: "EXPRESSION_TYPE" }]);
    }
  });
});
