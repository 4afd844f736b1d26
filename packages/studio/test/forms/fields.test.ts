// Pins: a contract whose schema the form cannot show: a field must appear for everything, as JSON where nothing better fits.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonSchemaObject } from "@mortise/contract";
import { expect, test } from "vitest";
import { type Field, fieldOf, fieldsOf, startValue, titleOf } from "../../src/forms/fields.ts";

const kind = (schema: JsonSchemaObject) => fieldOf("x", schema, false).kind;

test("Each schema gets the editor that fits it.", () => {
  expect(kind({ type: "string" })).toBe("text");
  expect(kind({ type: "string", "x-widget": "textarea" })).toBe("textarea");
  expect(kind({ type: "string", "x-widget": "sql" })).toBe("code");
  expect(kind({ type: "string", "x-secret": true })).toBe("secret");
  expect(kind({ type: "string", format: "date" })).toBe("date");
  expect(kind({ type: ["integer", "null"] })).toBe("number");
  expect(kind({ type: "boolean" })).toBe("switch");
  expect(kind({ enum: ["a", "b"] })).toBe("select");
  expect(kind({ anyOf: [{ const: "eu", title: "Europe" }, { const: "us" }] })).toBe("select");
  expect(kind({ type: "array", items: { type: "string" } })).toBe("list");
  expect(kind({ type: "object", properties: { a: { type: "string" } } })).toBe("object");
  expect(kind({ type: "object", additionalProperties: { type: "string" } })).toBe("map");
  expect(kind({})).toBe("any");
  expect(kind({ allOf: [{ type: "string" }] })).toBe("json");
});

test("A value of several shapes offers an editor for each of them.", () => {
  const shapes = (schema: JsonSchemaObject) => fieldOf("x", schema, false).variants?.map((variant) => variant.kind);
  expect(shapes({ type: ["string", "number", "null"] })).toEqual(["text", "number"]);
  expect(shapes({ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] })).toEqual(["text", "list"]);
});

test("Order, hidden fields, references and words come from the schema.", () => {
  const schema: JsonSchemaObject = {
    required: ["b"],
    properties: {
      a: { type: "string" },
      b: { $ref: "#/$defs/b" },
      c: { type: "string", "x-widget": "hidden" },
      d: { type: "string", "x-order": 1, "x-advanced": true },
    },
    $defs: { b: { type: "integer", title: "Bee", description: "Makes honey." } },
  };
  expect(
    fieldsOf(schema).map(({ key, title, required, advanced, help, typeName }) => [
      key,
      title,
      required,
      advanced,
      help,
      typeName,
    ]),
  ).toEqual([
    ["d", "D", false, true, undefined, "text"],
    ["a", "A", false, false, undefined, "text"],
    ["b", "Bee", true, false, "Makes honey.", "wholeNumber"],
  ]);
});

test("A schema that contains itself ends as a JSON editor instead of never ending.", () => {
  const schema: JsonSchemaObject = { type: "object", properties: { child: { $ref: "#" } } };
  let field: Field | undefined = fieldOf("x", schema, false);
  let depth = 0;
  while (field?.children) {
    field = field.children[0];
    depth++;
  }
  expect(field?.kind).toBe("json");
  expect(depth).toBeLessThan(12);
});

test("Every operation of the built-in connectors has a form, and its start values fit their kinds.", () => {
  for (const name of ["files", "http", "postgres", "smtp"]) {
    const path = join(import.meta.dirname, "..", "..", "..", "..", "connectors", name, "contract.json");
    const contract = JSON.parse(readFileSync(path, "utf8")) as { operations: Record<string, { input: JsonSchemaObject }> };
    for (const { input } of Object.values(contract.operations)) {
      const fields = fieldsOf(input);
      const visible = Object.values(input.properties ?? {}).filter(
        (each) => typeof each === "boolean" || each["x-widget"] !== "hidden",
      );
      expect(fields).toHaveLength(visible.length);
      for (const field of fields) expect(startValue(field)).toBeDefined();
    }
  }
});

test("Keys become words.", () => {
  expect([titleOf("fullName"), titleOf("page_size"), titleOf("baseURL"), titleOf("for-each")]).toEqual([
    "Full name",
    "Page size",
    "Base URL",
    "For each",
  ]);
});
