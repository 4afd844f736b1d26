/** Pins: an expression from a document hangs the process, eats its memory, or reaches a prototype. */
import { compileExpression, compileValue, linearPattern } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";

const limit = expect.objectContaining({ code: "EXPRESSION_LIMIT" });

describe("limits of the source", () => {
  test.each([
    ["too long", `'${"a".repeat(20_000)}'`],
    ["too many parts", `[${"1 + 1, ".repeat(990)}1].map(x, ${"x + ".repeat(150)} x) == [${"1 * 1 + 2, ".repeat(900)}1]`],
    ["nested in brackets", `${"(".repeat(1_000)}1${")".repeat(1_000)}`],
    ["nested by operators", "1 + ".repeat(3_000).concat("1")],
    ["nested by negation", `${"!".repeat(5_000)}true`],
    ["nested by fields", `a${".b".repeat(2_000)}`],
  ])("a source that is %s is refused", (_, source) => {
    const expression = compileExpression(source);
    expect(expression.diagnostics).toMatchObject([{ code: "EXPRESSION_LIMIT", severity: "error" }]);
    expect(() => expression.evaluate({})).toThrow(limit);
  });
});

describe("limits of an evaluation", () => {
  const list = Array.from({ length: 2_000 }, (_, i) => i);

  test("nested loops over data stop after the steps allowed", () => {
    const source = "list.all(a, list.all(b, list.all(c, a + b + c >= 0)))";
    expect(() => compileExpression(source).evaluate({ list })).toThrow(limit);
  });

  test("a limit is not absorbed by || as a failure is", () => {
    const expression = compileExpression("list.all(a, list.all(b, true)) || true", { limits: { steps: 1_000 } });
    expect(() => expression.evaluate({ list })).toThrow(limit);
  });

  test.each([
    ["doubling text", "text + text + text + text"],
    ["replacing every character by the whole", "text.replace('a', text)"],
    ["padding", "'a'.padStart(1000000000, 'b')"],
    ["joining", "list.map(x, text).join(text)"],
  ])("%s stops before the text is made", (_, source) => {
    const scope = { list, text: "a".repeat(100_000) };
    expect(() => compileExpression(source, { limits: { size: 300_000 } }).evaluate(scope)).toThrow(limit);
  });

  test("comparing and searching long texts and deep data costs steps too", () => {
    const [text, other] = ["a".repeat(1_000_000), `${"a".repeat(999_999)}a`];
    const deep = () => Array.from({ length: 1_000 }, () => ({ a: [1, 2, 3] }));
    const started = performance.now();
    for (const source of ["text == other", "text < other", "text.contains('b')", "text.trim() == ''", "x == y", "x in [y]"]) {
      const expression = compileExpression(`list.all(a, list.all(b, (${source}) || true))`);
      expect(() => expression.evaluate({ list, text, other, x: deep(), y: deep() })).toThrow(limit);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("growing lists stop", () => {
    const source = "[list, list].map(x, list + list + list + list).flatten()";
    expect(() => compileExpression(source, { limits: { size: 5_000 } }).evaluate({ list })).toThrow(limit);
  });
});

describe("patterns", () => {
  test("a catastrophic pattern takes linear time", () => {
    const text = `${"a".repeat(50_000)}!`;
    const started = performance.now();
    for (const source of ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "a*a*a*a*a*b"]) {
      expect(compileExpression("text.matches(source)").evaluate({ text, source })).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("what cannot be matched in linear time is refused with the reason", () => {
    expect(linearPattern("(?=a)b")).toMatch(/cannot be used/);
    expect(linearPattern("(a)\\1")).toMatch(/cannot be used/);
    expect(linearPattern("a".repeat(1_001))).toMatch(/1001 characters/);
    expect(compileExpression("text.matches('[')").diagnostics).toMatchObject([{ code: "EXPRESSION_SYNTAX" }]);
    expect(() => compileExpression("a.matches(b)").evaluate({ a: "x", b: "(" })).toThrow(
      expect.objectContaining({ code: "EXPRESSION_FAILED" }),
    );
  });
});

describe("prototypes", () => {
  test.each([
    "row.__proto__",
    "row.constructor",
    "row['constructor']",
    "row.toString",
    "constructor",
    "__proto__",
    "list.length",
    "text.length",
    "hasOwnProperty",
  ])("%s is nothing", (source) => {
    const evaluate = () => compileExpression(source).evaluate({ row: {}, list: [1], text: "a" });
    expect(evaluate).toThrow(expect.objectContaining({ code: expect.stringMatching(/^EXPRESSION_(FAILED|SYNTAX)$/) }));
    if (source === "__proto__") return;
    expect(
      compileExpression(`default(${source.startsWith("text") ? "row.q" : source}, 'nothing')`).evaluate({ row: {}, text: "a" }),
    ).toBe("nothing");
  });

  test("'constructor' in a record looks at its own fields only", () => {
    expect(compileExpression("'constructor' in row").evaluate({ row: {} })).toBe(false);
  });

  test("a record literal cannot set a prototype", () => {
    const made = compileExpression("{'__proto__': {'admin': true}}").evaluate({}) as { readonly [key: string]: unknown };
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(made.admin).toBeUndefined();
  });
});

describe("texts that are read as numbers and dates", () => {
  test("take linear time, however they are written", () => {
    const hostile = [
      "1".repeat(200_000).concat("x"),
      `1${" ".repeat(200_000)}x`,
      `$${"1,".repeat(100_000)}`,
      " ".repeat(200_000).concat("1"),
    ];
    const started = performance.now();
    for (const text of hostile) {
      const value: Json = { $map: [{ from: { $cel: "data" } }, { cast: { fields: { v: { to: "number", onFail: "null" } } } }] };
      compileValue(value).evaluate({ data: { v: text } });
      const date = { from: "d'  ' '  ' MMM yyyy", onFail: "null" };
      compileValue({ $map: [{ from: { $cel: "data" } }, { date: { fields: { v: date } } }] }).evaluate({ data: { v: text } });
      for (const source of ["number(text)", "int(text)", "duration(text)", "timestamp(text)"]) {
        try {
          compileExpression(source).evaluate({ text });
        } catch (error) {
          expect(error).toMatchObject({ code: "EXPRESSION_FAILED" });
        }
      }
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
