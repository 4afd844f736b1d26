/** Pins: the workflow checker calls a right connection wrong, or lets a surely wrong one pass. */
import { describeType, isAssignable, schemaAt, unionOf } from "@mortise/builders";
import type { JsonSchema } from "@mortise/contract";
import { describe, expect, test } from "vitest";

const text = { type: "string" } as const;
const number = { type: "number" } as const;
const person: JsonSchema = {
  type: "object",
  properties: { name: text, age: { type: "integer" } },
  required: ["name"],
  additionalProperties: false,
};

describe("isAssignable", () => {
  test.each<readonly [string, JsonSchema, JsonSchema]>([
    ["the same", person, person],
    ["unknown to anything", true, person],
    ["anything to unknown", person, true],
    ["anything to an empty schema", person, {}],
    ["a whole number to a number", { type: "integer" }, number],
    ["a number to a whole number", number, { type: "integer" }],
    ["a constant to its enum", { type: "string", const: "eu" }, { enum: ["eu", "us"] }],
    ["text to an enum", text, { enum: ["eu", "us"] }],
    ["text or null to text", { type: ["string", "null"] }, text],
    ["text to one of several", text, { anyOf: [number, text] }],
    ["a list of unknown to a list of text", { type: "array" }, { type: "array", items: text }],
    ["an empty list to any list", { type: "array", maxItems: 0 }, { type: "array", items: text }],
    ["an open record to a closed one", { type: "object" }, person],
    ["an optional field to a required one", { ...person, required: [] }, person],
    ["references", { $ref: "#/$defs/p", $defs: { p: person } }, person],
    ["a record to one of two", { ...person }, { oneOf: [{ type: "null" }, person] }],
  ])("%s fits", (_, from, to) => {
    expect(isAssignable(from, to).ok).toBe(true);
  });

  test.each<readonly [string, JsonSchema, JsonSchema, RegExp]>([
    ["a number to text", number, text, /^found number, expected text$/],
    ["text to a number", text, number, /found text, expected number/],
    ["null to text", { type: "null" }, text, /found nothing \(null\), expected text/],
    ["a record to a list", person, { type: "array" }, /found record, expected list/],
    [
      "a list of numbers to a list of text",
      { type: "array", items: number },
      { type: "array", items: text },
      /\/\*: found number, expected text/,
    ],
    [
      "a constant outside of the enum",
      { type: "string", const: "ue" },
      { enum: ["eu-west", "us"] },
      /found "ue", expected one of "eu-west", "us"/,
    ],
    ["a misspelt constant", { type: "string", const: "eu-wset" }, { enum: ["eu-west", "us"] }, /did you mean "eu-west"/],
    ["a fraction to a whole number", { type: "number", const: 1.5 }, { type: "integer" }, /found 1.5, expected a whole number/],
    [
      "a closed record without a required field",
      { type: "object", properties: {}, additionalProperties: false },
      person,
      /the field "name" is missing/,
    ],
    [
      "a field that the closed target does not have",
      { type: "object", properties: { name: text, agee: number }, required: ["name", "agee"], additionalProperties: false },
      person,
      /there is no field "agee"; did you mean "age"/,
    ],
    [
      "a wrong kind in a field",
      { type: "object", properties: { name: number }, required: ["name"] },
      person,
      /^\/name: found number, expected text$/,
    ],
    ["none of several", { type: "boolean" }, { anyOf: [number, text] }, /found yes\/no, expected number or text/],
    ["several, all wrong", { anyOf: [number, { type: "boolean" }] }, text, /expected text/],
  ])("%s does not fit", (_, from, to, reason) => {
    const result = isAssignable(from, to);
    expect(result.ok).toBe(false);
    expect(result.reason).toMatch(reason);
  });

  test("what fits only sometimes says when it does not", () => {
    expect(isAssignable({ type: ["string", "null"] }, text)).toEqual({ ok: true, reason: "it may be nothing (null)" });
    expect(isAssignable({ ...person, required: [] }, person)).toEqual({ ok: true, reason: 'the field "name" may be missing' });
  });
});

describe("schemaAt", () => {
  const schema: JsonSchema = {
    $ref: "#/$defs/root",
    $defs: {
      root: {
        type: "object",
        properties: { rows: { type: "array", items: { $ref: "#/$defs/row" } } },
        additionalProperties: false,
      },
      row: person,
    },
  };

  test.each<readonly [readonly (string | number)[], JsonSchema | undefined]>([
    [["rows", "*", "name"], text],
    [["rows", 0, "age"], { type: "integer" }],
    [["rows", "3", "name"], text],
    [["rows", "*", "nothing"], undefined],
    [["other"], undefined],
    [["rows", "name"], undefined],
  ])("%j", (path, expected) => {
    expect(schemaAt(schema, path)).toEqual(expected);
  });

  test("an open place is unknown, and a pair of alternatives is looked through", () => {
    expect(schemaAt({ type: "object" }, ["x", "y"])).toBe(true);
    const either: JsonSchema = {
      anyOf: [{ type: "object", properties: { a: text } }, { type: "object", properties: { a: number } }, { type: "null" }],
    };
    expect(schemaAt(either, ["a"])).toEqual({ anyOf: [text, number] });
    expect(schemaAt({ allOf: [person, { properties: { city: text } }] }, ["name"])).toEqual(text);
  });

  test("a reference in a circle ends as unknown", () => {
    const tree: JsonSchema = { $ref: "#/$defs/t", $defs: { t: { type: "object", properties: { left: { $ref: "#/$defs/t" } } } } };
    expect(schemaAt(tree, ["left", "left", "left"])).toBe(true);
  });
});

describe("describeType", () => {
  test.each<readonly [JsonSchema, string]>([
    [text, "text"],
    [{ type: "integer" }, "whole number"],
    [{ type: "boolean" }, "yes/no"],
    [{ type: "array", items: text }, "list of text"],
    [{ type: "array", items: { type: "array", items: { type: "integer" } } }, "list of lists of whole numbers"],
    [{ type: "array", items: person }, "list of records"],
    [{ type: "string", format: "date-time" }, "date and time"],
    [{ type: ["string", "null"] }, "text or nothing (null)"],
    [{ anyOf: [text, number, { type: "null" }] }, "text, number or nothing (null)"],
    [{ enum: ["a", "b"] }, 'one of "a", "b"'],
    [true, "anything"],
    [{}, "anything"],
    [false, "nothing at all"],
  ])("%j is %s", (schema, expected) => {
    expect(describeType(schema)).toBe(expected);
  });
});

describe("unionOf", () => {
  test.each<readonly [readonly JsonSchema[], JsonSchema]>([
    [[], false],
    [[text, text], text],
    [[text, true], true],
    [[text, {}], true],
    [[{ type: "integer" }, number], number],
    [[text, { type: "null" }], { anyOf: [text, { type: "null" }] }],
    [[{ anyOf: [text, number] }, { type: "null" }, text], { anyOf: [text, number, { type: "null" }] }],
    [
      [
        { type: "string", const: "a" },
        { type: "string", const: "b" },
        { type: "string", const: "a" },
      ],
      { type: "string", enum: ["a", "b"] },
    ],
    [[{ type: "string", const: "a" }, text], text],
    [[{ type: "integer", const: 1 }, number], number],
  ])("%j", (schemas, expected) => {
    expect(unionOf(schemas)).toEqual(expected);
  });
});
