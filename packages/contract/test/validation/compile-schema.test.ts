// Pins: a value that breaks its schema and passes, a message that nobody understands, and a secret in a message.
import { describe, expect, it } from "vitest";
import type { JsonSchema, JsonSchemaObject } from "../../src/index.ts";
import { compileSchema } from "../../src/validation/index.ts";

const messages = (schema: JsonSchema, value: Parameters<ReturnType<typeof compileSchema>>[0]): readonly string[] =>
  compileSchema(schema)(value).diagnostics.map(({ message }) => message);

describe("compileSchema", () => {
  it.each<[JsonSchema, Parameters<ReturnType<typeof compileSchema>>[0], string]>([
    [
      { type: "object", properties: { email: { type: "string", format: "email" } } },
      { email: "x" },
      'email: expected an e-mail address, found "x"',
    ],
    [{ type: "object", required: ["email"] }, {}, "email: is required"],
    [{ type: "array", items: { type: "integer" } }, [1, 1.5], "[1]: expected a whole number, found 1.5"],
    [{ type: ["string", "null"] }, 7, "value: expected text or null, found 7"],
    [{ enum: ["a", "b"] }, "c", 'value: expected one of "a" or "b", found "c"'],
    [{ type: "string", minLength: 1 }, "", 'value: expected text that is not empty, found ""'],
    [{ type: "number", exclusiveMinimum: 0 }, 0, "value: expected a number > 0, found 0"],
    [{ type: "array", uniqueItems: true }, [1, 1], "value: entries 0 and 1 are equal, and each must be unique"],
    [
      { type: "string", format: "date-time" },
      "2026-01-01",
      'value: expected a date and time with zone such as 2026-01-31T12:00:00Z, found "2026-01-01"',
    ],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, true, "value: expected text or a number, found true"],
    [{ oneOf: [{ type: "number" }, { type: "integer" }] }, 1, "value: fits several alternatives, and exactly one is allowed"],
    [false, 1, "value: nothing is allowed here"],
  ])("says in plain words what is wrong: %j with %j", (schema, value, message) => {
    expect(messages(schema, value)).toEqual([message]);
  });

  it("explains the alternative that fits best, also behind a reference", () => {
    const schema: JsonSchema = {
      anyOf: [{ type: "string" }, { $ref: "#/$defs/point" }],
      $defs: { point: { type: "object", required: ["x"], properties: { x: { type: "number" } } } },
    };
    expect(messages(schema, { x: "1" })).toEqual(['x: expected a number, found "1"']);
  });

  it("never shows the value of a secret, nor of anything inside one", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: {
        password: { type: "string", minLength: 20, "x-secret": true },
        keys: { type: "object", "x-secret": true, additionalProperties: { type: "string", maxLength: 2 } },
      },
    };
    const said = messages(schema, { password: "hunter2", keys: { a: "swordfish" } }).join("\n");
    expect(said).toMatch(/password: expected at least 20 characters/);
    expect(said).not.toMatch(/hunter2|swordfish/);
  });

  it("fills in defaults in a copy and leaves the given value as it is", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { limit: { type: "integer", default: 10 }, tags: { type: "array", default: [] } },
    };
    const given = Object.freeze({ name: "x" });
    const first = compileSchema(schema, { useDefaults: true })(given);
    expect(first).toEqual({ ok: true, value: { name: "x", limit: 10, tags: [] }, diagnostics: [] });
    expect(compileSchema(schema, { useDefaults: true })({}).value).not.toBe(first.value);
    expect(compileSchema(schema)(given).value).toBe(given);
  });

  it("keeps __proto__ a key of its own when it copies", () => {
    const schema: JsonSchema = { type: "object", properties: { limit: { type: "integer", default: 10 } } };
    const { value } = compileSchema(schema, { useDefaults: true })(JSON.parse('{"__proto__": {"admin": true}}'));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(["__proto__", "limit"]);
  });

  it("takes only own keys for properties", () => {
    const schema: JsonSchema = { type: "object", required: ["constructor", "toString"] };
    expect(messages(schema, {})).toEqual(["constructor: is required", "toString: is required"]);
    const closed: JsonSchema = { type: "object", properties: { a: {} }, additionalProperties: false };
    expect(messages(closed, JSON.parse('{"__proto__": 1}'))).toEqual(["__proto__: unknown key; known are a"]);
  });

  it("compiles a schema once, and two schemas with one $id apart", () => {
    const schema: JsonSchema = { $id: "x", type: "string" };
    expect(compileSchema(schema)).toBe(compileSchema(schema));
    expect(compileSchema({ $id: "x", type: "string" })).toBe(compileSchema(schema));
    expect(compileSchema({ $id: "x", type: "number" })(1).ok).toBe(true);
  });

  it("stops at 100 diagnostics", () => {
    expect(
      messages(
        { type: "array", items: { type: "string" } },
        Array.from({ length: 5_000 }, (_, i) => i),
      ),
    ).toHaveLength(100);
  });

  it("follows references to shared schemas, fills in their defaults and compiles each once", () => {
    const schemas = {
      Contact: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string" },
          kind: { type: "string", default: "person" },
          boss: { $ref: "#/schemas/Contact" },
        },
      },
    } as const;
    const list: JsonSchemaObject = { type: "array", items: { $ref: "#/schemas/Contact" } };
    const validate = compileSchema(list, { schemas, useDefaults: true });
    const given = [{ name: "Ada", boss: { name: "Bob" } }];
    expect(validate(given).value).toEqual([{ name: "Ada", kind: "person", boss: { name: "Bob", kind: "person" } }]);
    expect(given).toEqual([{ name: "Ada", boss: { name: "Bob" } }]);
    expect(validate([{ name: "Ada", boss: { name: 1 } }]).diagnostics.map(({ path }) => path)).toEqual(["/0/boss/name"]);
    expect(compileSchema(list, { schemas, useDefaults: true })).toBe(validate);
  });

  it("hides a found value that a shared schema marks as secret", () => {
    const schemas = {
      Login: { type: "object", properties: { password: { type: "string", "x-secret": true, pattern: "^x" } } },
    } as const;
    const { diagnostics } = compileSchema({ $ref: "#/schemas/Login" }, { schemas })({ password: "hunter2-hunter2" });
    expect(diagnostics).toHaveLength(1);
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
  });
});

it("a schema that refers to itself as a whole checks what is nested in it", () => {
  const validate = compileSchema({
    type: "object",
    required: ["name"],
    properties: { name: { type: "string" }, child: { $ref: "#" } },
  });
  expect(validate({ name: "a", child: { name: "b" } }).ok).toBe(true);
  expect(validate({ name: "a", child: { name: 7 } }).diagnostics.map(({ path }) => path)).toEqual(["/child/name"]);
});
