// Pins: a shape from outside that brings along what could hang a call, start operations, or is no schema at all.
import type { Json } from "@mortise/contract";
import { expect, it } from "vitest";
import { shapeOf } from "../../src/dynamic/shape-of.ts";

it("makes the schema of an object from a list of fields", () => {
  const told: Json = [
    { key: "email", title: "E-mail", format: "email", required: true, help: "Where to write to" },
    { key: "age", type: "integer" },
    { key: "tier", options: ["free", "paid"] },
    { key: "owner", type: "string", options: [{ value: "u1", label: "Ada" }, { value: "u2" }] },
    { key: "odd", type: "money" },
  ];
  expect(shapeOf(told)).toEqual({
    type: "object",
    required: ["email"],
    properties: {
      email: { type: "string", title: "E-mail", format: "email", "x-help": "Where to write to", "x-order": 0 },
      age: { type: "integer", "x-order": 1 },
      tier: { enum: ["free", "paid"], "x-order": 2 },
      owner: {
        type: "string",
        oneOf: [
          { const: "u1", title: "Ada" },
          { const: "u2", title: "u2" },
        ],
        "x-order": 3,
      },
      odd: { type: "string", "x-order": 4 },
    },
  });
});

it("keeps a JSON Schema but for keywords that run something, run for ever or lead out of it", () => {
  const told: Json = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      pattern: { type: "string", pattern: "(a+)+$", "x-options": { operation: "deleteAll", value: "", label: "" } },
      list: { type: "array", items: { $ref: "#/$defs/entry", "x-fields": {} } },
      remote: { $ref: "https://example.com/schema.json" },
    },
    patternProperties: { "(a+)+$": true },
    $defs: { entry: { type: "object", properties: { next: { $ref: "#/$defs/entry" } } } },
  };
  expect(shapeOf(told)).toEqual({
    type: "object",
    properties: { pattern: { type: "string" }, list: { type: "array", items: { $ref: "#/$defs/entry" } }, remote: {} },
    $defs: { entry: { type: "object", properties: { next: { $ref: "#/$defs/entry" } } } },
  });
});

it.each<readonly [string, Json]>([
  ["text", "object"],
  ["nothing", null],
  ["a list in which one is no field", [{ key: "a" }, { name: "b" }]],
  [
    "more than can be shown",
    { type: "object", properties: Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`f${i}`, {}])) },
  ],
])("takes %s for no shape", (_, told) => {
  expect(shapeOf(told)).toBeUndefined();
});

it("does not follow a shape that is nested without end", () => {
  let deep: Json = { type: "string" };
  for (let i = 0; i < 1_000; i++) deep = { type: "object", properties: { deep } };
  expect(JSON.stringify(shapeOf(deep)).length).toBeLessThan(1_000);
});

it("keeps names that objects have by themselves as plain keys", () => {
  const told = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as Json;
  expect(Object.keys(shapeOf(told)?.properties ?? {})).toEqual(["__proto__"]);
});
