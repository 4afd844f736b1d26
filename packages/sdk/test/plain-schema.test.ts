// Pins: a TypeBox schema that means something else once it is JSON Schema 2020-12.
import { describe, expect, it } from "vitest";
import { t } from "../src/index.ts";
import { closedSchema, plainSchema } from "../src/plain-schema.ts";

describe("plainSchema", () => {
  it.each([
    [
      "literals as one enum",
      t.Union([t.Literal("a"), t.Literal("b")], { title: "X" }),
      { type: "string", enum: ["a", "b"], title: "X" },
    ],
    [
      "literals with titles as they are",
      t.Union([t.Literal("a", { title: "A" }), t.Literal("b")]),
      {
        anyOf: [
          { type: "string", const: "a", title: "A" },
          { type: "string", const: "b" },
        ],
      },
    ],
    [
      "literals of two types as they are",
      t.Union([t.Literal("a"), t.Literal(1)]),
      {
        anyOf: [
          { type: "string", const: "a" },
          { type: "number", const: 1 },
        ],
      },
    ],
    ["records by their values", t.Record(t.String(), t.Number()), { type: "object", additionalProperties: { type: "number" } }],
    [
      "tuples by position",
      t.Tuple([t.String(), t.Number()]),
      { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
    ],
    ["patterns as text", t.String({ pattern: /^a+$/ }), { type: "string", pattern: "^a+$" }],
    [
      "defaults that look like schemas as they are",
      t.Unknown({ default: { items: [1], anyOf: [{ type: "x", const: 1 }] } }),
      { default: { items: [1], anyOf: [{ type: "x", const: 1 }] } },
    ],
    [
      "properties that are named like keywords",
      t.Object({ items: t.Array(t.String()), anyOf: t.String(), default: t.Optional(t.Union([t.Literal("a")])) }),
      {
        type: "object",
        required: ["items", "anyOf"],
        properties: {
          items: { type: "array", items: { type: "string" } },
          anyOf: { type: "string" },
          default: { type: "string", enum: ["a"] },
        },
      },
    ],
  ])("writes %s", (_, schema, plain) => {
    expect(plainSchema(schema)).toEqual(plain);
  });

  it("closes objects that do not say otherwise", () => {
    expect(closedSchema(t.Object({}))).toMatchObject({ additionalProperties: false });
    expect(closedSchema(t.Object({}, { additionalProperties: true }))).toMatchObject({ additionalProperties: true });
    expect(closedSchema(t.Record(t.String(), t.String()))).toMatchObject({ additionalProperties: { type: "string" } });
  });
});
