// Pins: an example that breaks its schema and is waved through because looking closely takes long.
import { describe, expect, it } from "vitest";
import type { JsonSchemaObject } from "../../src/index.ts";
import { checkContract } from "../../src/validation/index.ts";
import { quicklyFits } from "../../src/validation/quickly-fits.ts";
import { soundContract } from "../sound-contract.ts";

const schemas = {
  "a/b c": { type: "object", required: ["id"], properties: { id: { type: "integer" }, next: { $ref: "#/schemas/a~1b%20c" } } },
} as const;

describe("quicklyFits", () => {
  it("follows shared, own and circular references", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: { one: { $ref: "#/schemas/a~1b%20c" }, two: { $ref: "#/$defs/Two" } },
      $defs: { Two: { type: "string", minLength: 2 } },
    };
    expect(quicklyFits(schema, { one: { id: 1, next: { id: 2 } }, two: "xy" }, schemas)).toBe(true);
    expect(quicklyFits(schema, { one: { id: 1, next: { id: "2" } } }, schemas)).toBe(false);
    expect(quicklyFits(schema, { two: "x" }, schemas)).toBe(false);
  });

  it("says perhaps not where the schema leads nowhere", () => {
    expect(quicklyFits({ $ref: "#/schemas/none" }, 1, schemas)).toBe(false);
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
