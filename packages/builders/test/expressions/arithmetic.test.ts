/** Pins: `1 / 2` is 0, `amount * 2` fails because the data is a double and the literal an int, or a BigInt gets out. */
import { compileExpression } from "@mortise/builders";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const evaluate = (source: string, scope: { readonly [name: string]: unknown } = {}) => compileExpression(source).evaluate(scope);

describe("numbers behave as JSON's", () => {
  test.each<readonly [string, unknown]>([
    ["1 / 2", 0.5],
    ["1 / 2 == 0.5", true],
    ["1.0 / 2 == 0.5", true],
    ["3 * 1.5", 4.5],
    ["amount * 2", 21],
    ["amount + 1", 11.5],
    ["whole * 1.5", 10.5],
    ["whole / 2", 3.5],
    ["whole % 4", 3],
    ["amount % 3", 1.5],
    ["-whole % 4", -3],
    ["amount > 100", false],
    ["amount > 10", true],
    ["whole == 7.0", true],
    ["whole == 7", true],
    ["whole != 7.5", true],
    ["7 in [1.0, 7.0]", true],
    ["-amount", -10.5],
    ["- 5 + 3", -2],
    ["2 + 3 * 4", 14],
    ["(2 + 3) * 4", 20],
    ["10 - 2 - 3", 5],
    ["0x10 + 1", 17],
    ["1e3 + 0.5", 1000.5],
    ["size([1, 2, 3]) / 2", 1.5],
    ["size('abc') * 0.5", 1.5],
    ["size(list) > 0 && size(list) < 3.5", true],
    ["list[0] + list[1.0]", 3],
    ["list[size(list) - 1]", 2],
    ["[1, 2.5, 3][1]", 2.5],
    ["'a@b'.split('@')[1]", "b"],
    ["'abc'.indexOf('c') / 4", 0.5],
    ["true ? 1 : 2.5", 1],
    ["[1, 2.5].map(x, x * 2)", [2, 5]],
    ["{'a': 1 / 4}", { a: 0.25 }],
    ["timestamp('2026-01-31T00:00:00Z').getFullYear() / 2", 1013],
    ["0.1 + 0.2 == 0.30000000000000004", true],
  ])("%s is %j", (source, expected) => {
    expect(evaluate(source, { amount: 10.5, whole: 7, list: [1, 2] })).toEqual(expected);
  });

  test("every operator agrees with JavaScript on any two doubles, from data and from literals", () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger());
    const operators: { readonly [op: string]: (a: number, b: number) => number | boolean } = {
      "+": (a, b) => a + b,
      "-": (a, b) => a - b,
      "*": (a, b) => a * b,
      "/": (a, b) => a / b,
      "%": (a, b) => a % b,
      "<": (a, b) => a < b,
      "<=": (a, b) => a <= b,
      ">": (a, b) => a > b,
      ">=": (a, b) => a >= b,
      "==": (a, b) => a === b,
      "!=": (a, b) => a !== b,
    };
    const compiled = Object.entries(operators).map(([op, apply]) => [compileExpression(`a ${op} b`), apply, op] as const);
    fc.assert(
      fc.property(number, number, (a, b) => {
        for (const [expression, apply, op] of compiled) {
          const expected = apply(a, b);
          if (typeof expected === "number" && !Number.isFinite(expected)) {
            expect(() => expression.evaluate({ a, b })).toThrow(/division by zero|too large/);
            continue;
          }
          expect(expression.evaluate({ a, b })).toBe(expected);
          const literal = `${Math.abs(a)} ${op} ${Math.abs(b)}`;
          if (/e[+]/.test(literal)) continue;
          expect(evaluate(literal)).toBe(apply(Math.abs(a), Math.abs(b)));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("whole numbers beyond 2^53 come out of data as they came", () => {
    const big = 9_007_199_254_740_993_000;
    expect(evaluate("row.id", { row: { id: big } })).toBe(big);
    expect(evaluate("{'id': row.id}", { row: { id: "9007199254740993" } })).toEqual({ id: "9007199254740993" });
    expect(() => evaluate("int('9007199254740993')")).toThrow(/too large to be exact/);
    expect(compileExpression("9007199254740993 + 1").diagnostics).toMatchObject([{ severity: "warning" }]);
  });

  test("no BigInt comes out of any function that counts", () => {
    const sources = [
      "size('a')",
      "int(2.7)",
      "'abc'.indexOf('b')",
      "timestamp('2026-01-01T00:00:00Z').getMonth()",
      "duration('1h').getMinutes()",
    ];
    for (const source of sources) expect(typeof evaluate(source)).toBe("number");
  });

  test("division by zero and overflow fail, so that no Infinity gets into JSON", () => {
    expect(() => evaluate("1 / 0")).toThrow(/division by zero/);
    expect(() => evaluate("1 % 0")).toThrow(/division by zero/);
    expect(() => evaluate("a * a", { a: 1e300 })).toThrow(/too large/);
  });

  test("kinds that do not fit fail at run time where they are not known before", () => {
    const run = () => evaluate("a + b", { a: 1, b: "x" });
    expect(run).toThrow(expect.objectContaining({ code: "EXPRESSION_FAILED" }));
    expect(run).toThrow(/"\+" does not take number and text, at character 1 of `a \+ b`/);
  });
});
