// Pins: texts of a query taken for what they are not, so that a good request is refused or a bad one let through.
import type { Json, JsonSchemaObject } from "@mortise/contract";
import { expect, test } from "vitest";
import { fitTexts, isFit } from "../src/fit-texts.ts";

const root = {
  type: "object",
  properties: {
    count: { type: "integer" },
    open: { type: ["boolean", "null"] },
    name: { type: "string" },
    either: { anyOf: [{ type: "integer" }, { type: "string", enum: ["all"] }] },
    tags: { type: "array", items: { $ref: "#/$defs/tag" } },
    deep: { type: "object", properties: { a: { type: "integer" } } },
    code: { enum: [1, 2] },
    any: {},
  },
  $defs: { tag: { type: "integer" } },
} as const satisfies JsonSchemaObject;

test.each<readonly [string, Json, Json]>([
  ["count", "10", 10],
  ["count", "many", "many"],
  ["open", "true", true],
  ["open", "", null],
  ["name", "10", "10"],
  ["either", "25", 25],
  ["either", "all", "all"],
  ["tags", "1,2", [1, 2]],
  ["tags", ["1", "2"], [1, 2]],
  ["tags", { 0: "1", 1: "2" }, [1, 2]],
  ["tags", "[1,2]", [1, 2]],
  ["deep", { a: "1" }, { a: 1 }],
  ["deep", '{"a":1}', { a: 1 }],
  ["code", "2", 2],
  ["any", "2", "2"],
])("%s of %j is %j", (name, text, fitted) => {
  expect(fitTexts(text, [name], root)).toEqual(fitted);
});

test("an object written as a text cannot be read back", () => {
  expect(isFit("a,1", ["deep"], root)).toBe(false);
  expect(isFit("many", ["count"], root)).toBe(true);
});
