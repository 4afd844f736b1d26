/** Pins: a wrong field or kind is found only when the run fails on it, or a right expression is reported. */
import { compileExpression, describeType } from "@mortise/builders";
import type { JsonSchema } from "@mortise/contract";
import { describe, expect, test } from "vitest";

const scope: { readonly [name: string]: JsonSchema } = {
  input: {
    type: "object",
    properties: {
      email: { type: "string", format: "email" },
      amount: { type: "number" },
      count: { type: "integer" },
      nick: { type: "string" },
      size: { enum: ["small", "large"] },
      rows: {
        type: "array",
        items: {
          type: "object",
          properties: { name: { type: "string" }, cost: { type: ["number", "null"] } },
          required: ["name", "cost"],
          additionalProperties: false,
        },
      },
      self: { $ref: "#/$defs/person" },
      any: {},
    },
    required: ["email", "amount", "count", "rows", "size", "self"],
    additionalProperties: false,
    $defs: {
      person: {
        type: "object",
        properties: { name: { type: "string" }, friend: { $ref: "#/$defs/person" } },
        required: ["name"],
        additionalProperties: false,
      },
    },
  },
  open: { type: "object", properties: { known: { type: "string" } } },
  dyn: true,
  either: {
    anyOf: [
      { type: "object", properties: { a: { type: "number" } }, required: ["a"], additionalProperties: false },
      { type: "null" },
    ],
  },
};

const errors = (source: string) => compileExpression(source, { scope }).diagnostics.filter((each) => each.severity !== "info");

describe("what is wrong is reported with place, found, expected and fix", () => {
  test.each<readonly [string, string, RegExp, RegExp | undefined]>([
    ["input.emial", "EXPRESSION_UNKNOWN_NAME", /there is no "emial"; known here: email, amount.* at character 7 /, /email/],
    ["inptu.email", "EXPRESSION_UNKNOWN_NAME", /there is no "inptu"/, /input/],
    ["input.rows.map(r, r.nam)", "EXPRESSION_UNKNOWN_NAME", /there is no "nam"/, /name/],
    ["input.rows[0]['nmae']", "EXPRESSION_UNKNOWN_NAME", /there is no "nmae"/, /name/],
    ["input.self.nam", "EXPRESSION_UNKNOWN_NAME", /there is no "nam"/, /name/],
    ["either.b", "EXPRESSION_UNKNOWN_NAME", /there is no "b"/, undefined],
    ["sze(input.rows)", "EXPRESSION_UNKNOWN_NAME", /no function sze/, /size/],
    [
      "'a' * 2",
      "EXPRESSION_TYPE",
      /"\*" needs two numbers, found text and whole number, at character 1 of `'a' \* 2`/,
      /number\('a'\)/,
    ],
    ["1 + input.email", "EXPRESSION_TYPE", /found whole number and e-mail address/, /string\(1\)/],
    ["input.email > 3", "EXPRESSION_TYPE", /one kind, found e-mail address and whole number/, /Convert/],
    ["input.email && true", "EXPRESSION_TYPE", /"&&" needs yes\/no, found e-mail address/, /Compare/],
    ["input.count ? 1 : 2", "EXPRESSION_TYPE", /needs yes\/no, found whole number/, undefined],
    ["!input.amount", "EXPRESSION_TYPE", /"!" needs yes\/no/, undefined],
    ["-input.email", "EXPRESSION_TYPE", /"-" needs a number/, undefined],
    ["input.email.name", "EXPRESSION_TYPE", /"\.name" needs a record, found e-mail address/, undefined],
    ["input.amount[0]", "EXPRESSION_TYPE", /only lists and records have elements, found number/, undefined],
    ["input.rows['x']", "EXPRESSION_TYPE", /needs a record, found list of records/, undefined],
    ["input.amount.map(x, x)", "EXPRESSION_TYPE", /map\(\) needs a list, found number/, undefined],
    ["input.rows.filter(r, r.name)", "EXPRESSION_TYPE", /filter\(\) needs yes\/no, found text/, undefined],
    ["input.amount.contains('a')", "EXPRESSION_TYPE", /contains\(\) needs text before the dot, found number/, /text\.contains/],
    ["input.email.contains(1)", "EXPRESSION_TYPE", /contains\(\) needs text as value 1, found whole number/, undefined],
    ["input.email.contains()", "EXPRESSION_TYPE", /takes 1 values, found 0/, undefined],
    ["'a' in input.email", "EXPRESSION_TYPE", /"in" needs a list or record/, /contains/],
    ["input.amount == 'a'", "EXPRESSION_TYPE", /number never equals text/, /Convert/],
    ["has(1 + 1)", "EXPRESSION_TYPE", /has\(\) takes one field/, undefined],
    ["1 +", "EXPRESSION_SYNTAX", /ends too early/, undefined],
    ["", "EXPRESSION_SYNTAX", /empty/, undefined],
    ["a ? b", "EXPRESSION_SYNTAX", /./, undefined],
    ["b'x'", "EXPRESSION_TYPE", /bytes/, undefined],
  ])("%s", (source, code, message, fix) => {
    const found = errors(source)[0];
    expect(found?.code).toBe(code);
    expect(found?.message).toMatch(message);
    if (fix) expect(found?.fix?.title).toMatch(fix);
  });

  test("three faults are three diagnostics", () => {
    expect(errors("input.emial + inptu + siez(1)")).toHaveLength(3);
  });
});

describe("what may be right is not reported", () => {
  test.each([
    "open.unknown * 2",
    "open.known + 'a'",
    "dyn.a.b[0].c(1) == 2 || dyn + 1 > 2",
    "input.rows.map(r, r.cost * 2)",
    "input.any.x.y + 1",
    "either.a + 1",
    "either == null",
    "input.size == 'small'",
    "input.amount * 2 + input.count / 3",
    "input.rows.exists(r, r.cost > 1 && r.name != '')",
    "input.self.friend.name",
    "timestamp(input.email) > timestamp('2026-01-01')",
  ])("%s", (source) => {
    expect(errors(source).filter((each) => !/no function c/.test(each.message))).toEqual([]);
  });
});

describe("a field that may be missing is noted once, unless it is guarded", () => {
  const notes = (source: string) => compileExpression(source, { scope }).diagnostics.filter((each) => each.severity === "info");

  test("an unguarded optional field gives an info with its guard", () => {
    expect(notes("input.nick + '!'")).toMatchObject([
      { code: "EXPRESSION_FAILED", fix: { title: expect.stringContaining("has(input.nick)") } },
    ]);
  });

  test.each([
    "has(input.nick) ? input.nick : ''",
    "has(input.nick) && input.nick == 'a'",
    "!has(input.nick) || input.nick == 'a'",
    "default(input.nick, '')",
    "input.?nick.orValue('')",
    "open.known",
    "input.email",
  ])("%s is not noted", (source) => {
    expect(notes(source)).toEqual([]);
  });
});

describe("the type of the result", () => {
  test.each<readonly [string, JsonSchema | string]>([
    ["input.email", { type: "string", format: "email" }],
    ["input.rows", "list of records"],
    ["input.rows[0].name", { type: "string" }],
    ["input.amount * 2", { type: "number" }],
    ["input.count * 2", { type: "integer" }],
    ["input.count / 2", { type: "number" }],
    ["input.count + 0.5", { type: "number" }],
    ["input.amount > 1", { type: "boolean" }],
    ["input.email.split('@')", { type: "array", items: { type: "string" } }],
    ["input.email.split('@')[1]", { type: "string" }],
    ["input.rows.map(r, r.name)", { type: "array", items: { type: "string" } }],
    ["input.rows.map(r, {'n': r.name}).filter(x, x.n != '')[0].n", { type: "string" }],
    ["input.rows.filter(r, true)", "list of records"],
    ["size(input.rows)", { type: "integer", minimum: 0 }],
    ["true ? 'a' : 'b'", { type: "string", enum: ["a", "b"] }],
    ["dyn ? 1 : 'b'", "whole number or text"],
    ["dyn ? input.amount : null", "number or nothing (null)"],
    ["default(input.nick, 'x')", { type: "string" }],
    ["input.?nick.orValue(0)", "text or whole number"],
    ["input.?nick", "optional text"],
    ["timestamp('2026-01-01')", { type: "string", format: "date-time" }],
    ["timestamp('2026-01-01') - timestamp('2026-01-01')", "duration"],
    [
      "[1, 2.5]",
      {
        type: "array",
        items: {
          anyOf: [
            { type: "integer", const: 1 },
            { type: "number", const: 2.5 },
          ],
        },
        minItems: 2,
      },
    ],
    ["{'a': input.count, 'b': 'x'}", "record"],
    ["dyn.x", "anything"],
    ["sum(input.rows.map(r, r.cost))", { type: "number" }],
    ["min(input.count, 3)", { type: "integer" }],
    ["-input.count", { type: "integer" }],
    ["round(input.amount)", { type: "integer" }],
  ])("of %s", (source, expected) => {
    const { type, diagnostics } = compileExpression(source, { scope });
    expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
    if (typeof expected === "string") expect(describeType(type)).toBe(expected);
    else expect(type).toEqual(expected);
  });
});

describe("the places that an expression reads", () => {
  test.each<readonly [string, readonly string[]]>([
    ["input.email", ["input.email"]],
    ["input.amount * 2 + input.count", ["input.amount", "input.count"]],
    ["input.rows.map(r, r.name)", ["input.rows.*.name"]],
    ["input.rows.filter(r, r.cost > 0).map(r, r.name)", ["input.rows.*.cost", "input.rows.*.name"]],
    ["input.rows[0]['name']", ["input.rows.*.name"]],
    ["size(input.rows)", ["input.rows"]],
    ["has(open.a) ? open.a.b : dyn", ["open.a", "open.a.b", "dyn"]],
    ["default(open.a, dyn.b)", ["open.a", "dyn.b"]],
    ["1 + 1", []],
  ])("by %s", (source, expected) => {
    expect(compileExpression(source, { scope }).reads.map((path) => path.join("."))).toEqual(expected);
  });
});
