// Pins: a schema that is handed out and refers to something that is not in it, or copies of shared schemas without end.
import { describe, expect, it } from "vitest";
import { type JsonSchema, type JsonSchemaObject, selfContained, sharedNames } from "../src/index.ts";
import { compileSchema } from "../src/validation/index.ts";

const schemas: Record<string, JsonSchema> = {
  Node: {
    type: "object",
    properties: { value: { $ref: "#/schemas/Amount" }, next: { $ref: "#/schemas/Node" } },
    required: ["value"],
  },
  Amount: { type: "number", minimum: 0 },
  Unused: { type: "string" },
};

describe("selfContained", () => {
  it("takes along what is needed, circles included, and nothing else", () => {
    const standing = selfContained({ type: "object", properties: { list: { $ref: "#/schemas/Node" } } }, schemas);
    expect(Object.keys(standing.$defs ?? {}).sort()).toEqual(["Amount", "Node"]);
    const validate = compileSchema(standing);
    expect(validate({ list: { value: 1, next: { value: 2 } } }).ok).toBe(true);
    expect(validate({ list: { value: 1, next: { value: -2 } } }).diagnostics.map(({ path }) => path)).toEqual([
      "/list/next/value",
    ]);
  });

  it("keeps a schema that needs nothing, and gives the same result again", () => {
    const plain: JsonSchemaObject = { type: "string" };
    expect(selfContained(plain, schemas)).toBe(plain);
    const referring: JsonSchemaObject = { $ref: "#/schemas/Node" };
    expect(selfContained(referring, schemas)).toBe(selfContained(referring, schemas));
  });

  it("keeps a definition of its own apart from a shared one of the same name", () => {
    const standing = selfContained(
      {
        type: "object",
        properties: { mine: { $ref: "#/$defs/Amount" }, theirs: { $ref: "#/schemas/Amount" } },
        $defs: { Amount: { type: "string" } },
      },
      schemas,
    );
    expect(compileSchema(standing)({ mine: "x", theirs: 1 }).ok).toBe(true);
    expect(compileSchema(standing)({ mine: 1 }).ok).toBe(false);
  });

  it("shares copies between operations", () => {
    const one = selfContained({ type: "object", properties: { a: { $ref: "#/schemas/Node" } } }, schemas);
    const two = selfContained({ type: "object", properties: { b: { $ref: "#/schemas/Node" } } }, schemas);
    expect(one.$defs?.Node).toBe(two.$defs?.Node);
  });

  it("names what a schema refers to, whatever characters the name has", () => {
    expect([...sharedNames({ anyOf: [{ $ref: "#/schemas/a.b" }, { $ref: "#/schemas/c%20d" }, { $ref: "#/$defs/e" }] })]).toEqual([
      "a.b",
      "c d",
    ]);
  });
});
