// Pins: a faulty JSON Schema that is only noticed when a call fails.
import { describe, expect, it } from "vitest";
import { checkSchema } from "../../src/validation/index.ts";

describe("checkSchema", () => {
  it.each([
    true,
    {},
    { type: ["string", "null"], "x-secret": true, "x-vendor-hint": 1 },
    { $ref: "#/$defs/a", $defs: { a: { type: "object", properties: { next: { $ref: "#/$defs/a" } } } } },
    {
      type: "object",
      properties: { required: { type: "string" }, type: { enum: [1] } },
      required: ["type"],
      additionalProperties: false,
    },
    { $schema: "https://json-schema.org/draft/2020-12/schema", prefixItems: [true, false], items: false },
    { type: "integer", default: 3, minimum: 1 },
  ])("accepts %j", (schema) => {
    expect(checkSchema(schema)).toEqual([]);
  });

  it.each([
    [7, "WRONG_TYPE", ""],
    [{ type: "strng" }, "INVALID_VALUE", "/type"],
    [{ requird: ["a"] }, "UNKNOWN_KEY", "/requird"],
    [{ "x-secrt": true }, "UNKNOWN_KEY", "/x-secrt"],
    [{ properties: { a: { minLength: -1 } } }, "INVALID_VALUE", "/properties/a/minLength"],
    [{ properties: { a: { pattern: "(" } } }, "INVALID_VALUE", "/properties/a/pattern"],
    [{ items: [{ type: "string" }] }, "WRONG_TYPE", "/items"],
    [{ $ref: "#/$defs/b", $defs: { a: true } }, "UNKNOWN_REFERENCE", "/$ref"],
    [{ $ref: "other.json" }, "UNSAFE_CONTRACT", "/$ref"],
    [{ $schema: "http://json-schema.org/draft-07/schema#" }, "INVALID_VALUE", "/$schema"],
    [{ type: "object", properties: { a: {} }, required: ["b"], additionalProperties: false }, "UNKNOWN_REFERENCE", "/required/0"],
    [{ type: "object", properties: { a: { type: "integer", default: "3" } } }, "INVALID_VALUE", "/properties/a/default"],
  ])("rejects %j", (schema, code, path) => {
    expect(checkSchema(schema)).toContainEqual(expect.objectContaining({ code, path, severity: "error" }));
  });

  it("warns of a format that nobody checks", () => {
    expect(checkSchema({ format: "emial" }, "/x")).toEqual([
      expect.objectContaining({
        severity: "warning",
        path: "/x/format",
        message: 'x.format: "emial" is no format that is checked; did you mean "email"?',
      }),
    ]);
  });
});

it.each([
  ["to itself", { $ref: "#" }, undefined],
  ["through $defs", { $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/B" }, B: { $ref: "#/$defs/A" } } }, undefined],
  ["through shared schemas", { $ref: "#/schemas/A" }, { A: { $ref: "#/schemas/B" }, B: { $ref: "#/schemas/A" } }],
])("references that only lead in a circle are found: %s", (_, schema, schemas) => {
  expect(checkSchema(schema, "", schemas).map(({ code }) => code)).toContain("INVALID_VALUE");
});

it("a reference to an anchor that is not there is found, and one that is there is not", () => {
  expect(checkSchema({ $ref: "#nope" }).map(({ code }) => code)).toEqual(["UNKNOWN_REFERENCE"]);
  expect(checkSchema({ $ref: "#here", $defs: { A: { $anchor: "here", type: "string" } } })).toEqual([]);
});

it("a schema that holds itself in a property is no circle", () => {
  expect(checkSchema({ type: "object", properties: { child: { $ref: "#" } } })).toEqual([]);
});

it.each([
  ["x-secret", "yes"],
  ["x-widget", "slider"],
  ["x-order", "1"],
  ["x-no-options", false],
  ["x-options", { operation: "list", value: "/id" }],
  ["x-options", { operation: "list", value: "/id", label: "/name", serchable: true }],
])("a hint with a value that it does not take is found: %s %j", (key, value) => {
  const found = checkSchema({ type: "object", properties: { a: { type: "string", [key]: value } } });
  expect(found).toHaveLength(1);
  expect(found[0]?.path).toContain(`/properties/a/${key}`);
});

it("an extension of another tool is left alone", () => {
  expect(checkSchema({ type: "string", "x-acme-note": { any: ["thing"] } })).toEqual([]);
});
