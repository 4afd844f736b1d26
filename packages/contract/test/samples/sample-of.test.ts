// Pins that a sample does not fit its schema, hangs on a circular one, grows without bound, or differs from one day to the next.
import { type JsonSchema, type JsonSchemaObject, readJson } from "@mortise/contract";
import { type SampleMode, sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { describe, expect, it } from "vitest";

const node: JsonSchemaObject = {
  type: "object",
  required: ["value", "children"],
  properties: {
    value: { type: "integer" },
    children: { type: "array", items: { $ref: "#/$defs/Node" } },
    next: { $ref: "#/$defs/Node" },
  },
};

/** Schemas that ask for something a careless generator gets wrong. */
const SCHEMAS: { readonly [what: string]: JsonSchema } = {
  anything: true,
  "an empty schema": {},
  "a value that is excluded": { type: "string", not: { enum: ["a", "sample"] }, minLength: 1 },
  "types that are excluded": { not: { type: ["object", "array", "string"] } },
  "a circle": { $ref: "#/$defs/Node", $defs: { Node: node } },
  "a circle with a way out": {
    $ref: "#/$defs/Tree",
    $defs: {
      Tree: { oneOf: [{ type: "object", required: ["left"], properties: { left: { $ref: "#/$defs/Tree" } } }, { type: "null" }] },
    },
  },
  "keys from several schemas": {
    allOf: [
      { type: "object", required: ["a"], properties: { a: { type: "string" } } },
      { type: "object", required: ["b"], properties: { a: { maxLength: 3 }, b: { type: "integer", minimum: 5 } } },
    ],
  },
  "exactly one of two that overlap": {
    oneOf: [
      { type: "object", properties: { a: { type: "string" } } },
      { type: "object", required: ["b"], properties: { b: { type: "integer" } } },
    ],
  },
  "exactly one of two open objects": {
    oneOf: [
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      { type: "object", properties: { b: { type: "string" } }, required: ["b"] },
    ],
  },
  "a discriminated union": {
    oneOf: [
      { type: "object", required: ["kind"], properties: { kind: { const: "cat" }, lives: { type: "integer", maximum: 9 } } },
      {
        type: "object",
        required: ["kind"],
        properties: { kind: { const: "dog" }, tricks: { type: "array", items: { type: "string" } } },
      },
    ],
  },
  "alternatives of which few fit what holds beside them": {
    type: "object",
    required: ["kind"],
    properties: { kind: { enum: [10, 11], oneOf: Array.from({ length: 30 }, (_, index) => ({ const: index })) } },
  },
  "one of two listed texts": {
    oneOf: [
      { type: "string", enum: ["a"] },
      { type: "string", enum: ["b"] },
    ],
  },
  "a number of a whole format": { type: "number", format: "int32" },
  "a condition": {
    type: "object",
    required: ["kind"],
    properties: { kind: { enum: ["x", "y"] }, value: {} },
    if: { properties: { kind: { const: "x" } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ["value"], properties: { value: { type: "integer" } } },
    else: { not: { required: ["value"] } },
  },
  "hundredths in a narrow range": { type: "number", multipleOf: 0.01, minimum: 0.015, maximum: 0.03 },
  "a multiple far from nought": { type: "integer", multipleOf: 7, minimum: 1000, exclusiveMaximum: 1010 },
  "an open interval": { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
  "all of a few distinct values": { type: "array", uniqueItems: true, minItems: 3, items: { enum: [1, 2, 3] } },
  "a look-ahead": { type: "string", pattern: "^(?!foo)[a-z]{3}$" },
  "a pattern of a length": { type: "string", pattern: "^[a-z]+$", minLength: 20, maxLength: 22 },
  "a lazy quantifier": { type: "string", pattern: "^[0-9]{1,14}?$" },
  "a pattern and a format": { type: "string", format: "email", pattern: "@example\\.com$" },
  "items that must be contained": { type: "array", contains: { const: 5 }, minContains: 2, items: { type: "integer" } },
  "leading items": { type: "array", prefixItems: [{ const: "a" }, { type: "integer" }], items: false, minItems: 2 },
  "keys that nothing else declares": {
    type: "object",
    allOf: [{ properties: { a: { type: "string" } } }],
    properties: { b: { type: "integer" } },
    unevaluatedProperties: false,
    required: ["a", "b"],
  },
  "names of keys": { type: "object", propertyNames: { pattern: "^[a-z]{3}$" }, minProperties: 2 },
  "a map": { type: "object", additionalProperties: { type: "integer" }, minProperties: 3 },
  "keys by pattern": {
    type: "object",
    patternProperties: { "^x-[a-z]+$": { type: "boolean" } },
    additionalProperties: false,
    minProperties: 1,
  },
  "keys that ask for keys": {
    type: "object",
    properties: { a: {}, b: { type: "null" } },
    dependentRequired: { a: ["b"] },
    required: ["a"],
  },
  "keys with names of JavaScript": JSON.parse(
    '{"type":"object","required":["__proto__","constructor"],"properties":{"__proto__":{"type":"integer"}}}',
  ) as JsonSchemaObject,
  "a bounded number of keys": { type: "object", maxProperties: 1, properties: { a: {}, b: {}, c: {} } },
  "a reference with something beside it": {
    $ref: "#/$defs/A",
    required: ["z"],
    $defs: { A: { type: "object", properties: { z: { type: "string", format: "uuid" } } } },
  },
  "an example that does not fit": {
    type: "object",
    required: ["n"],
    properties: { n: { type: "integer", maximum: 5, examples: [9], default: 7 } },
  },
  "texts in a short space": { type: "string", minLength: 1, maxLength: 2 },
  "a long text": { type: "string", minLength: 500 },
  ...Object.fromEntries(
    ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "url", "uri-reference", "uri-template"]
      .concat(["uuid", "regex", "json-pointer", "relative-json-pointer", "byte", "int32", "no-such-format"])
      .map((format) => [`the format ${format}`, { type: "string", format }]),
  ),
};

const MODES: readonly SampleMode[] = ["typical", "minimal", "edge"];

describe("sampleOf", () => {
  it.each(Object.keys(SCHEMAS))("makes fitting values for %s", (what) => {
    const schema = SCHEMAS[what] ?? true;
    const validate = compileSchema(schema);
    for (const mode of MODES) {
      for (let seed = 0; seed < 15; seed++) {
        const value = sampleOf(schema, { seed, mode });
        expect(value, `${mode} ${seed}`).toBeDefined();
        if (value !== undefined) expect(validate(value).diagnostics).toEqual([]);
      }
    }
  });

  it.each([
    ["nothing fits", false],
    ["two constants", { allOf: [{ const: 1 }, { const: 2 }] }],
    ["references that lead to themselves", { allOf: [{ $ref: "#/$defs/N" }], $defs: { N: { anyOf: [{ $ref: "#/$defs/N" }] } } }],
    ["bounds that cross", { type: "integer", minimum: 5, maximum: 4 }],
    [
      "a circle without an end",
      { $ref: "#/$defs/N", $defs: { N: { type: "object", required: ["n"], properties: { n: { $ref: "#/$defs/N" } } } } },
    ],
    ["more distinct values than there are", { type: "array", uniqueItems: true, minItems: 3, items: { type: "boolean" } }],
  ] as const)("gives undefined for %s", (_, schema) => {
    expect(sampleOf(schema, { seed: 1 })).toBeUndefined();
  });

  it("gives the same value for the same seed, and others for others", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { name: { type: "string" }, id: { type: "string", format: "uuid" } },
    };
    expect(sampleOf(schema, { seed: 7 })).toEqual(sampleOf(structuredClone(schema), { seed: 7 }));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(sampleOf(schema, { seed })))).size).toBeGreaterThan(10);
  });

  it("uses the samples, examples and defaults of a schema in typical values", () => {
    const schema: JsonSchema = {
      type: "object",
      required: ["a", "b", "c"],
      properties: {
        a: { type: "string", "x-sample": "first" },
        b: { type: "integer", examples: [42] },
        c: { type: "boolean", default: true },
      },
    };
    expect(sampleOf(schema, { seed: 3 })).toEqual({ a: "first", b: 42, c: true });
  });

  it("gives only required keys in minimal values", () => {
    const schema: JsonSchema = {
      type: "object",
      required: ["a"],
      properties: { a: { type: "array", items: {} }, b: { type: "string" } },
    };
    expect(sampleOf(schema, { seed: 3, mode: "minimal" })).toEqual({ a: [] });
  });

  it("follows references to the schemas that operations share", () => {
    const definitions = {
      Person: {
        type: "object",
        required: ["boss"],
        properties: { boss: { anyOf: [{ $ref: "#/schemas/Person" }, { type: "null" }] } },
      },
    } as const;
    const value = sampleOf({ $ref: "#/schemas/Person" }, { seed: 1, definitions });
    expect(value).toHaveProperty("boss");
  });

  it("stays small and quick where every schema refers to many others", () => {
    const names = Array.from({ length: 60 }, (_, index) => `S${index}`);
    const definitions = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "string" },
            ...Object.fromEntries(
              [1, 7, 13, 29, 41].map((step) => [
                `p${step}`,
                { anyOf: [{ type: "string" }, { $ref: `#/schemas/S${(index + step) % 60}` }] },
              ]),
            ),
            list: { type: "array", items: { $ref: `#/schemas/S${(index + 3) % 60}` } },
          },
        } satisfies JsonSchemaObject,
      ]),
    );
    const started = performance.now();
    const texts = names.map((name, seed) => JSON.stringify(sampleOf({ $ref: `#/schemas/${name}` }, { seed, definitions })));
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(20_000);
    expect(texts.every((text) => readJson(text).diagnostics.length === 0)).toBe(true);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

it.each<[string, JsonSchema]>([
  ["a text", { type: "string", minLength: 1_000_000_000 }],
  ["an encoded text", { type: "string", contentEncoding: "base64", minLength: 1_000_000_000 }],
  ["a pattern", { type: "string", pattern: "^a{1000000000}$" }],
  ["a pattern of patterns", { type: "string", pattern: "^((a{1000}){1000}){1000}$" }],
  ["a list", { type: "array", minItems: 1_000_000_000, items: { type: "string" } }],
  ["a list of distinct items", { type: "array", minItems: 1_000_000_000, uniqueItems: true }],
  ["a list that contains", { type: "array", contains: { type: "string" }, minContains: 1_000_000_000 }],
  ["an object", { type: "object", minProperties: 1_000_000_000 }],
])("%s that would fill the memory is not made", (_, schema) => {
  expect(sampleOf(schema, { seed: 1 })).toBeUndefined();
});

it("a pattern that may go far is cut short", () => {
  const text = sampleOf({ type: "string", pattern: "^[a-z]{0,1000000000}$" }, { seed: 1 });
  expect(String(text).length).toBeLessThanOrEqual(1_000);
});
