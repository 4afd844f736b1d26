// Pins: a schema that says something else after the import than in its document, and one that makes a validator run for ever.
import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { describe, expect, test } from "vitest";
import { answers, importPaths, importSwagger } from "./import-paths.ts";

/** The output schema that a response schema becomes. */
function imported(schema: unknown, schemas: { readonly [name: string]: unknown } = {}, openapi = "3.0.3") {
  const { contract, operation, warnings } = importPaths(
    { "/a": { get: { operationId: "a", responses: answers(schema) } } },
    { components: { schemas }, openapi },
  );
  return { output: operation("a").output, shared: contract.schemas ?? {}, warnings };
}

/** The schema of a request body. */
function body(schema: unknown, schemas: { readonly [name: string]: unknown } = {}) {
  const { contract, operation } = importPaths(
    {
      "/a": {
        post: {
          operationId: "createA",
          requestBody: { required: true, content: { "application/json": { schema } } },
          responses: answers({ $ref: "#/components/schemas/Pet" }),
        },
      },
    },
    { components: { schemas } },
  );
  return { input: operation("createA").input, output: operation("createA").output, shared: contract.schemas ?? {} };
}

const accepts = (
  schema: JsonSchemaObject,
  value: string | number | null | object,
  shared: { readonly [name: string]: JsonSchema },
) => compileSchema(schema, { schemas: shared })(JSON.parse(JSON.stringify(value))).ok;

describe("the words of older dialects", () => {
  test("nullable becomes a type beside the others, and null joins an enumeration", () => {
    expect(imported({ type: "string", nullable: true, enum: ["a"] }).output).toEqual({
      type: ["string", "null"],
      enum: ["a", null],
    });
  });

  test("nullable beside a reference is the reference or null", () => {
    const { output } = imported(
      { type: "object", properties: { owner: { $ref: "#/components/schemas/Owner", nullable: true } } },
      { Owner: { type: "object" } },
    );
    expect(output.properties?.owner).toEqual({ anyOf: [{ $ref: "#/schemas/Owner" }, { type: "null" }] });
  });

  test("an exclusive limit that is true takes the limit's value; false is dropped", () => {
    expect(imported({ type: "number", minimum: 3, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }).output).toEqual({
      type: "number",
      exclusiveMinimum: 3,
      maximum: 9,
    });
  });

  test("a tuple's items become prefixItems, an example becomes examples", () => {
    const { output } = imported({ type: "array", items: [{ type: "string" }, { type: "integer", example: 7 }] });
    expect(output).toEqual({ type: "array", prefixItems: [{ type: "string" }, { type: "integer", examples: [7] }] });
  });

  test("bytes are base64, formats that nobody checks are dropped, a password is a secret", () => {
    const { output } = imported({
      type: "object",
      properties: {
        file: { type: "string", format: "binary" },
        rate: { type: "string", format: "decimal" },
        when: { type: "string", format: "dateTime" },
        pin: { type: "string", format: "password" },
      },
    });
    expect(output.properties).toEqual({
      file: { type: "string", contentEncoding: "base64" },
      rate: { type: "string" },
      when: { type: "string", format: "date-time" },
      pin: { type: "string", "x-secret": true },
    });
  });

  test("x-nullable and collections of 2.0 mean the same", () => {
    const { operation } = importSwagger({
      "/a": {
        get: {
          operationId: "a",
          parameters: [{ name: "ids", in: "query", type: "array", items: { type: "integer" }, collectionFormat: "pipes" }],
          responses: { 200: { description: "", schema: { type: "string", "x-nullable": true } } },
        },
      },
    });
    expect(operation("a").output).toEqual({ type: ["string", "null"] });
    expect(operation("a").request?.styles).toEqual({ query: { ids: { style: "pipeDelimited" } } });
  });
});

describe("what only one side of the wire has", () => {
  const schemas = {
    Pet: {
      type: "object",
      required: ["id", "name", "pin"],
      properties: { id: { type: "integer", readOnly: true }, name: { type: "string" }, pin: { type: "string", writeOnly: true } },
    },
  };

  test("a request asks for no readOnly property, an answer promises no writeOnly one", () => {
    const { input, output, shared } = body({ $ref: "#/components/schemas/Pet" }, schemas);
    expect(input.properties?.body).toEqual({ $ref: "#/schemas/PetInput" });
    expect(output).toEqual({ $ref: "#/schemas/Pet" });
    expect(shared.PetInput).toMatchObject({ required: ["name", "pin"], properties: { name: {}, pin: {} } });
    expect(shared.Pet).toMatchObject({ required: ["id", "name"], properties: { id: {}, name: {} } });
  });

  test("also where another branch of an allOf requires it", () => {
    const { input, shared } = body({ allOf: [{ $ref: "#/components/schemas/Pet" }, { required: ["id"] }] }, schemas);
    expect(accepts(input, { body: { name: "Rex", pin: "1" } }, shared)).toBe(true);
  });

  test("a schema without such properties is one for both", () => {
    const { contract } = importPaths(
      {
        "/a": {
          put: {
            operationId: "a",
            requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Plain" } } } },
            responses: answers({ $ref: "#/components/schemas/Plain" }),
          },
        },
      },
      { components: { schemas: { Plain: { type: "object", properties: { x: { type: "string" } } } } } },
    );
    expect(Object.keys(contract.schemas ?? {})).toEqual(["Plain"]);
  });
});

describe("polymorphism", () => {
  test("a discriminator names the value of each alternative", () => {
    const { output, shared } = imported(
      {
        oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
        discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", dog: "Dog" } },
      },
      {
        Cat: { type: "object", properties: { kind: { type: "string" } } },
        Dog: { type: "object", properties: { kind: { type: "string" } } },
      },
    );
    expect(accepts(output, { kind: "dog" }, shared)).toBe(true);
    expect(accepts(output, { kind: "cow" }, shared)).toBe(false);
  });

  test("an answer may fit several alternatives that nothing tells apart, a request must fit one", () => {
    const pet = {
      oneOf: [
        { type: "object", required: ["a"] },
        { type: "object", required: ["b"] },
      ],
    };
    const { input, output, shared } = body({ $ref: "#/components/schemas/Pet" }, { Pet: pet });
    expect(accepts(output, { a: 1, b: 2 }, shared)).toBe(true);
    expect(accepts(input, { body: { a: 1, b: 2 } }, shared)).toBe(false);
    expect(accepts(output, {}, shared)).toBe(false);
  });

  test("a base with oneOf its children, each allOf the base, does not run for ever", () => {
    const { output, shared } = imported(
      { $ref: "#/components/schemas/Base" },
      {
        Base: {
          type: "object",
          required: ["kind"],
          properties: { kind: { type: "string" } },
          oneOf: [{ $ref: "#/components/schemas/Child" }],
        },
        Child: { allOf: [{ $ref: "#/components/schemas/Base" }, { required: ["name"] }] },
      },
    );
    expect(accepts(output, { kind: "child", name: "x" }, shared)).toBe(true);
    expect(accepts(output, { kind: "child" }, shared)).toBe(false);
    expect(accepts(output, { name: "x" }, shared)).toBe(false);
  });

  test("a schema may hold itself", () => {
    const { output, shared } = imported(
      { $ref: "#/components/schemas/Node" },
      {
        Node: {
          type: "object",
          properties: { children: { type: "array", items: { $ref: "#/components/schemas/Node" } }, size: { type: "integer" } },
        },
      },
    );
    expect(accepts(output, { children: [{ children: [{ size: 1 }] }] }, shared)).toBe(true);
    expect(accepts(output, { children: [{ children: [{ size: "big" }] }] }, shared)).toBe(false);
  });

  test("a schema that is nothing but itself accepts anything", () => {
    const { output, shared } = imported(
      { $ref: "#/components/schemas/A" },
      { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } },
    );
    expect(accepts(output, { any: 1 }, shared)).toBe(true);
  });
});

describe("what is faulty", () => {
  test("a reference to nothing, a remote one, a wrong type and a stray key are findings; the rest holds", () => {
    const { output, warnings } = imported({
      type: "object",
      properties: {
        gone: { $ref: "#/components/schemas/Nowhere" },
        far: { $ref: "https://example.com/schemas.yaml#/Pet" },
        odd: { type: "strnig", maxLength: "many", description: "kept" },
        fine: { type: "integer" },
      },
    });
    expect(output.properties).toEqual({ gone: {}, far: {}, odd: { description: "kept" }, fine: { type: "integer" } });
    expect(warnings.map(({ code, path, line }) => [code, path.split("/").at(-1), line !== undefined && line > 1])).toEqual([
      ["UNKNOWN_REFERENCE", "gone", true],
      ["UNKNOWN_REFERENCE", "far", true],
      ["WRONG_TYPE", "type", true],
      ["WRONG_TYPE", "maxLength", true],
    ]);
  });

  test("a reference to nothing is a finding wherever it stands", () => {
    const gone = { $ref: "#/components/schemas/Nowhere" };
    const { warnings } = imported({ type: "object", properties: { a: gone, b: gone } });
    expect(warnings.map(({ path }) => path.split("/").at(-1))).toEqual(["a", "b"]);
  });

  test("an invalid regular expression is dropped, one with needless escapes is mended", () => {
    const { output, warnings } = imported({
      type: "object",
      properties: { a: { type: "string", pattern: "^[a-z\\_]+\\@$" }, b: { type: "string", pattern: "(" } },
    });
    expect(output.properties).toEqual({ a: { type: "string", pattern: "^[a-z_]+@$" }, b: { type: "string" } });
    expect(warnings.map(({ code }) => code)).toEqual(["WRONG_TYPE"]);
  });

  test("a default that breaks its own schema is dropped, also behind a reference", () => {
    const { output, shared, warnings } = imported(
      {
        type: "object",
        properties: {
          a: { type: "integer", default: "x" },
          b: { allOf: [{ $ref: "#/components/schemas/Size" }], default: "huge" },
          c: { type: "integer", default: 3 },
        },
      },
      { Size: { type: "string", enum: ["small", "big"] } },
    );
    expect(output.properties).toMatchObject({ a: { type: "integer" }, c: { default: 3 } });
    expect(JSON.stringify([output, shared])).not.toMatch(/huge|"x"/);
    expect(warnings.map(({ code }) => code)).toEqual(["INVALID_VALUE", "INVALID_VALUE"]);
  });

  test("a sample that breaks its own schema is dropped without a word", () => {
    const { output, warnings } = imported({
      type: "object",
      properties: { a: { type: "integer", example: "x" }, b: { type: "integer", example: 3 } },
    });
    expect(output.properties).toEqual({ a: { type: "integer" }, b: { type: "integer", examples: [3] } });
    expect(warnings).toEqual([]);
  });

  test("a required name that a closed object does not declare stays possible", () => {
    const { output, shared } = imported({
      type: "object",
      additionalProperties: false,
      required: ["a"],
      properties: { b: { type: "string" } },
    });
    expect(accepts(output, { a: 1, b: "x" }, shared)).toBe(true);
  });
});

test("fields that hold secrets by their names are marked, page tokens are not", () => {
  const { output } = imported({
    type: "object",
    properties: {
      access_token: { type: "string" },
      nextPageToken: { type: "string" },
      password: { type: "string" },
      name: { type: "string" },
    },
  });
  expect(output.properties).toEqual({
    access_token: { type: "string", "x-secret": true },
    nextPageToken: { type: "string", "x-secret": false },
    password: { type: "string", "x-secret": true },
    name: { type: "string" },
  });
});

test("3.1 schemas keep what stands beside a reference", () => {
  const { output } = imported(
    { type: "object", properties: { a: { $ref: "#/components/schemas/A", minLength: 2 } } },
    { A: { type: ["string", "null"] } },
    "3.1.0",
  );
  expect(output.properties?.a).toEqual({ $ref: "#/schemas/A", minLength: 2 });
});
