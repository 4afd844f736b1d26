/** Pins: a plain string is taken for a template, a hole ends at the wrong brace, or a misspelt form passes as data. */
import { compileValue } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";

const scope = { input: { name: "Ada", n: 2.5, flag: true, none: null, list: [1, "b"], row: { a: 1 } } };
const evaluate = (value: Json) => compileValue(value).evaluate(scope);

describe("literals", () => {
  test.each<readonly [Json]>([["${input.name} {{x}} $cel"], [1], [null], [[]], [{}], [{ a: [1, { b: "${x}" }] }]])(
    "%j is itself",
    (value) => {
      const compiled = compileValue(value);
      expect(compiled.isLiteral).toBe(true);
      expect(compiled.evaluate({})).toEqual(value);
    },
  );

  test("the type of a literal is exact", () => {
    expect(compileValue({ a: 1, b: ["x"] }).type).toEqual({
      type: "object",
      properties: { a: { type: "integer", const: 1 }, b: { type: "array", items: { type: "string", const: "x" }, minItems: 1 } },
      required: ["a", "b"],
      additionalProperties: false,
    });
  });
});

describe("$cel and nesting", () => {
  test("values nest in lists and records", () => {
    const compiled = compileValue({ a: { $cel: "input.n * 2" }, b: [{ $text: "Hi ${input.name}" }, 1], c: "${input.name}" });
    expect(compiled.isLiteral).toBe(false);
    expect(compiled.evaluate(scope)).toEqual({ a: 5, b: ["Hi Ada", 1], c: "${input.name}" });
    expect(compiled.reads).toEqual([
      ["input", "n"],
      ["input", "name"],
    ]);
  });

  test("a record leaves out a field whose value is absent, a list and a lone value have null", () => {
    const compiled = compileValue({
      a: { $cel: "input.?none.?x" },
      b: { $cel: "input.?q" },
      c: [{ $cel: "input.?q" }],
      d: { $cel: "input.?n" },
    });
    expect(compiled.evaluate(scope)).toEqual({ c: [null], d: 2.5 });
    expect(compiled.type).toMatchObject({ required: ["c"] });
    expect(evaluate({ $cel: "{'a': input.?q, 'b': [input.?q]}" })).toEqual({ b: [null] });
    expect(evaluate({ $cel: "input.?q" })).toBeNull();
  });

  test("a field named __proto__ stays data", () => {
    const value = JSON.parse('{"__proto__": {"$cel": "input.row"}, "b": 1}') as Json;
    const made = evaluate(value) as object;
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(Object.keys(made)).toEqual(["__proto__", "b"]);
  });
});

describe("$text", () => {
  test.each<readonly [string, string]>([
    ["Hello ${input.name}!", "Hello Ada!"],
    ["${input.n}|${input.flag}|${input.none}|${input.list}|${input.row}", '2.5|true||[1,"b"]|{"a":1}'],
    ["$${input.name} $ $5 {} }", "${input.name} $ $5 {} }"],
    ["$$${input.name}", "$${input.name}"],
    ["${{'a': {'b': 'x}y'}}.a.b}!", "x}y!"],
    ["${\"}\" + '\\'}' + r'\\d}'}", "}'}\\d}"],
    ["${'''it's } ok'''}", "it's } ok"],
    ["${input.list.map(x, {'v': x})[0].v}", "1"],
    ["", ""],
    ["no holes", "no holes"],
  ])("%s gives %s", (template, expected) => {
    expect(evaluate({ $text: template })).toBe(expected);
  });

  test("a text without holes is a literal", () => {
    expect(compileValue({ $text: "a $${b}" })).toMatchObject({ isLiteral: true, type: { const: "a ${b}" } });
  });

  test("a hole that is never closed, and a wrong one, are reported", () => {
    expect(compileValue({ a: { $text: "ab ${x" } }).diagnostics).toMatchObject([
      { code: "EXPRESSION_SYNTAX", path: "/a/$text", message: expect.stringContaining("character 4") },
    ]);
    expect(compileValue({ $text: "${1 +} ${'a' * 1}" }, { scope: {} }).diagnostics).toMatchObject([
      { code: "EXPRESSION_SYNTAX" },
      { code: "EXPRESSION_TYPE" },
    ]);
  });
});

describe("what is no value is reported with path and fix", () => {
  test.each<readonly [Json, string, string, string | undefined]>([
    [{ $cell: "1" }, "UNKNOWN_KEY", "/$cell", "$cel"],
    [{ a: [{ $txt: "1" }] }, "UNKNOWN_KEY", "/a/0/$txt", "$text"],
    [{ $unknown: 1 }, "UNKNOWN_KEY", "/$unknown", "{'$unknown'"],
    [{ $cel: "1", b: 2 }, "UNKNOWN_KEY", "/$cel", undefined],
    [{ $cel: 1 }, "WRONG_TYPE", "/$cel", undefined],
    [{ $text: ["a"] }, "WRONG_TYPE", "/$text", undefined],
    [{ $map: {} }, "WRONG_TYPE", "/$map", undefined],
    [{ $map: [{ from: [] }, { pick: { fields: [] } }] }, "INVALID_VALUE", "/$map/1/pick/fields", undefined],
    [{ $map: [{ from: [] }, { pik: {} }] }, "UNKNOWN_KEY", "/$map/1/pik", "pick"],
    [
      { $map: [{ from: [] }, { sort: { by: [{ field: "a", order: "dsc" }] } }] },
      "INVALID_VALUE",
      "/$map/1/sort/by/0/order",
      "desc",
    ],
    [{ $map: [{ pick: { fields: ["a"] } }, { from: [] }] }, "INVALID_VALUE", "/$map/1/from", undefined],
    [{ $map: [{ from: [], pick: {} }] }, "WRONG_TYPE", "/$map/0", undefined],
    [{ "a/b": { $cel: "x +" } }, "EXPRESSION_SYNTAX", "/a~1b/$cel", undefined],
  ])("%j", (value, code, path, fix) => {
    const compiled = compileValue(value);
    expect(compiled.diagnostics[0]).toMatchObject({ code, path, severity: "error" });
    if (fix) expect(compiled.diagnostics[0]?.fix?.title).toContain(fix);
    expect(() => compiled.evaluate({})).toThrow(expect.objectContaining({ name: "MortiseError", code }));
  });

  test("paths start with the given pointer", () => {
    expect(compileValue({ a: { $cel: "" } }, { path: "/nodes/x/with" }).diagnostics).toMatchObject([
      { path: "/nodes/x/with/a/$cel" },
    ]);
  });
});

describe("$map", () => {
  test("starts from the item, else the batch, of the scope", () => {
    const value = { $map: [{ pick: { fields: ["a"] } }] };
    const item = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
    expect(compileValue(value, { scope: { item } }).evaluate({ item: { a: 1, b: 2 } })).toEqual({ a: 1 });
    expect(
      compileValue(value, { scope: { batch: { type: "array", items: item } } }).evaluate({ batch: [{ a: 1, b: 2 }] }),
    ).toEqual([{ a: 1 }]);
    expect(compileValue(value).evaluate({ batch: [{ b: 2 }] })).toEqual([{}]);
    expect(compileValue(value, { scope: {} }).diagnostics).toMatchObject([{ code: "MISSING_KEY" }]);
  });

  test("types flow from step to step, and a wrong field in a later one is found", () => {
    const rows = {
      type: "array",
      items: { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false },
    } as const;
    const steps: readonly Json[] = [
      { from: { $cel: "rows" } },
      { rename: { fields: { a: "b" } } },
      { cast: { fields: { b: "number" } } },
    ];
    const good = compileValue(
      { $map: [...steps, { set: { fields: { c: { $cel: "default(row.b, 0) * factor" } } } }] },
      { scope: { rows, factor: { type: "number" } } },
    );
    expect(good.diagnostics).toEqual([]);
    expect(good.evaluate({ rows: [{ a: "2" }, { a: "" }], factor: 3 })).toEqual([
      { b: 2, c: 6 },
      { b: null, c: 0 },
    ]);
    expect(good.type).toMatchObject({
      items: { properties: { b: { anyOf: [{ type: "number" }, { type: "null" }] }, c: { type: "number" } } },
    });
    expect(good.reads).toEqual([["rows"], ["factor"]]);
    const bad = compileValue({ $map: [...steps, { set: { fields: { c: { $cel: "row.a" } } } }] }, { scope: { rows } });
    expect(bad.diagnostics).toMatchObject([{ code: "EXPRESSION_UNKNOWN_NAME", path: "/$map/3/set/fields/c/$cel" }]);
  });
});
