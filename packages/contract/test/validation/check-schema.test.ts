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
