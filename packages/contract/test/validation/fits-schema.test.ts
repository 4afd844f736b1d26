// Pins: an example that breaks its schema and is waved through because looking closely takes long, and a quick answer that is wrong.
import { describe, expect, it } from "vitest";
import type { Json, JsonSchemaObject } from "../../src/index.ts";
import { checkContract, compileSchema, fitsSchema } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

const schemas = {
  "a/b c": { type: "object", required: ["id"], properties: { id: { type: "integer" }, next: { $ref: "#/schemas/a~1b%20c" } } },
  tree: { type: "object", properties: { left: { $ref: "#/schemas/tree" } }, additionalProperties: false },
} as const;

const VALUES: readonly Json[] = [
  null,
  true,
  0,
  1,
  -3,
  2.5,
  300,
  3_000_000_000,
  "",
  "a",
  "aaa",
  "2026-01-31",
  "2026-01-31T12:00:00Z",
  "ada@example.com",
  "https://example.com/",
  "aGVsbG8=",
  [],
  [1],
  [1, 1],
  ["a", 1],
  [1, 2, 3],
  {},
  { a: 1 },
  { a: "x", b: 2 },
  { a: 1, b: 2, c: 3 },
  { left: { left: {} } },
  { left: { right: {} } },
];

const SCHEMAS: readonly JsonSchemaObject[] = [
  {},
  { type: "integer" },
  { type: ["string", "null"] },
  { enum: [1, "a", { a: 1 }, [1]] },
  { const: { a: 1 } },
  { minimum: 1, maximum: 300 },
  { exclusiveMinimum: 0, exclusiveMaximum: 300 },
  { multipleOf: 2.5 },
  { minLength: 1, maxLength: 2 },
  { pattern: "^a+$" },
  ...["date", "date-time", "email", "uri", "byte", "int32", "uuid", "unknown"].map((format) => ({ format })),
  { minItems: 1, maxItems: 2 },
  { uniqueItems: true },
  { prefixItems: [{ type: "string" }], items: { type: "integer" } },
  { items: { type: "integer" } },
  { items: false },
  { contains: { const: 1 }, maxContains: 1 },
  { contains: { const: 1 }, minContains: 0 },
  { required: ["a"], maxProperties: 2 },
  { minProperties: 1 },
  { properties: { a: { type: "integer" } }, additionalProperties: false },
  { patternProperties: { "^[ab]$": { type: "integer" } }, additionalProperties: { type: "string" } },
  { propertyNames: { maxLength: 1 } },
  { dependentRequired: { a: ["b"] } },
  { dependentSchemas: { a: { required: ["c"] } } },
  { allOf: [{ type: "integer" }, { minimum: 1 }] },
  { anyOf: [{ type: "integer" }, { type: "string" }] },
  { oneOf: [{ type: "integer" }, { minimum: 1 }] },
  { not: { type: "integer" } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  { if: { type: "integer" }, then: { minimum: 1 }, else: { type: "string" } },
  { $ref: "#/schemas/tree" },
  { $ref: "#/$defs/Two", $defs: { Two: { type: "string", minLength: 2 } } },
];

describe("fitsSchema", () => {
  it.each(SCHEMAS.map((schema) => [JSON.stringify(schema), schema] as const))(
    "says of %s what the compiled validator says",
    (_, schema) => {
      const validate = compileSchema(schema, { schemas });
      for (const value of VALUES) expect(fitsSchema(schema, value, schemas), JSON.stringify(value)).toBe(validate(value).ok);
    },
  );

  it("follows shared, own and circular references", () => {
    const schema: JsonSchemaObject = { type: "object", properties: { one: { $ref: "#/schemas/a~1b%20c" } } };
    expect(fitsSchema(schema, { one: { id: 1, next: { id: 2 } } }, schemas)).toBe(true);
    expect(fitsSchema(schema, { one: { id: 1, next: { id: "2" } } }, schemas)).toBe(false);
  });

  it.each([
    ["a reference that leads nowhere", { $ref: "#/schemas/none" }, 1],
    ["a circle about the same value", { $ref: "#/schemas/self" }, 1],
    ["what others have seen", { unevaluatedProperties: false }, {}],
    ["an expression that may run for ever", { pattern: "^(a+)+\\1$" }, "a".repeat(40)],
  ] as const)("cannot tell: %s", (_, schema, value) => {
    expect(fitsSchema(schema, value, { self: { $ref: "#/schemas/self" } })).toBeUndefined();
  });

  it("leaves the words to the compiled validator, and changes no schema", () => {
    const contract = Object.assign(soundContract(), { schemas: { Id: { type: "string", minLength: 3 } } });
    const { createContact } = contract.operations;
    Object.assign(createContact.output.properties, { id: { $ref: "#/schemas/Id" } });
    const before = JSON.stringify(contract);
    const faults = checkContract(contract).filter(({ severity }) => severity === "error");
    expect(faults.map(({ code, path }) => [code, path])).toEqual([
      ["INVALID_EXAMPLE", "/operations/createContact/examples/0/output/id"],
    ]);
    expect(JSON.stringify(contract)).toBe(before);
  });
});
