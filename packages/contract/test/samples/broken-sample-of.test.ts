// Pins that a broken sample fits after all, or breaks somewhere else than it says.
import type { JsonSchema } from "@mortise/contract";
import { brokenSampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { describe, expect, it } from "vitest";

const order: JsonSchema = {
  type: "object",
  required: ["id", "lines"],
  additionalProperties: false,
  properties: {
    id: { type: "string", pattern: "^o[0-9]+$", minLength: 2, maxLength: 9 },
    state: { enum: ["open", "done"] },
    at: { type: "string", format: "date-time" },
    lines: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "object", required: ["count"], properties: { count: { type: "integer", minimum: 1, multipleOf: 2 } } },
    },
  },
};

describe("brokenSampleOf", () => {
  it("breaks the schema where it says, by the keyword that it says", () => {
    const validate = compileSchema(order);
    const keywords = new Set<string>();
    for (let seed = 0; seed < 150; seed++) {
      const broken = brokenSampleOf(order, { seed });
      expect(broken).toBeDefined();
      if (broken === undefined) continue;
      keywords.add(broken.keyword);
      const { ok, diagnostics } = validate(broken.value);
      expect(ok).toBe(false);
      const parent = broken.path.slice(0, broken.path.lastIndexOf("/"));
      expect(
        diagnostics.some(({ path }) => path === broken.path || path === parent || path.startsWith(`${broken.path}/`)),
        `${broken.what} at ${broken.path}: ${JSON.stringify(diagnostics)}`,
      ).toBe(true);
    }
    expect([...keywords].sort()).toEqual(
      expect.arrayContaining([
        "additionalProperties",
        "enum",
        "format",
        "maxLength",
        "minItems",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "type",
        "uniqueItems",
      ]),
    );
  });

  it("gives the same value for the same seed", () => {
    expect(brokenSampleOf(order, { seed: 5 })).toEqual(brokenSampleOf(order, { seed: 5 }));
  });

  it("finds nothing in a schema that accepts everything", () => {
    expect(brokenSampleOf({}, { seed: 1 })).toBeUndefined();
  });

  it("follows references to shared schemas", () => {
    const definitions = { Name: { type: "string", minLength: 3 } } as const;
    const schema: JsonSchema = { type: "object", required: ["name"], properties: { name: { $ref: "#/schemas/Name" } } };
    const found = Array.from({ length: 20 }, (_, seed) => brokenSampleOf(schema, { seed, definitions })?.keyword);
    expect(new Set(found)).toEqual(new Set(["type", "required", "minLength"]));
  });
});
