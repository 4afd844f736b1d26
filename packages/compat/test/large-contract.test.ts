// Pins that the comparison of a contract of real size takes minutes: every operation refers to shared schemas that refer to each other.
import type { Contract, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { compareContracts } from "../src/index.ts";
import { contract, operation } from "./contracts.ts";

const SCHEMAS = 970;
const OPERATIONS = 1_200;

/** A contract whose shared schemas form circles; `changed` names those whose `note` is a number. */
function large(changed: readonly number[]): Contract {
  const name = (index: number): string => `S${index % SCHEMAS}`;
  const ref = (index: number): JsonSchema => ({ $ref: `#/schemas/${name(index)}` });
  const schemas: [string, JsonSchemaObject][] = Array.from({ length: SCHEMAS }, (_, index) => [
    name(index),
    {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string", maxLength: 5_000 },
        note: { type: changed.includes(index) ? "integer" : "string" },
        object: { enum: [`s${index}`] },
        owner: { anyOf: [{ type: "string" }, ref(index * 7 + 1), ref(index * 3 + 2)] },
        parts: { type: "array", items: ref(index + 1) },
        labels: { type: "object", additionalProperties: { type: "string" } },
        parent: { anyOf: [ref(index + 400), { type: "null" }] },
      },
    },
  ]);
  const operations = Array.from({ length: OPERATIONS }, (_, index) => [
    `op${index}`,
    operation({
      input: { type: "object", properties: { of: ref(index), expand: { type: "array", items: { type: "string" } } } },
      output: { type: "object", properties: { data: ref(index * 5) } },
    }),
  ]);
  return contract({ schemas: Object.fromEntries(schemas), operations: Object.fromEntries(operations) });
}

describe("compareContracts on 1,200 operations and 970 shared schemas", () => {
  it("finds each change once, names whom it breaks, and is quick", () => {
    const [before, after] = [large([]), large([3, 500])];
    const started = performance.now();
    const { changes, requiredBump } = compareContracts(before, after);
    const took = performance.now() - started;
    expect(requiredBump).toBe("major");
    expect(changes.map(({ id, path }) => `${id} ${path}`).sort()).toEqual([
      "input-type-changed /schemas/S3/properties/note",
      "input-type-changed /schemas/S500/properties/note",
      "output-type-changed /schemas/S3/properties/note",
      "output-type-changed /schemas/S500/properties/note",
    ]);
    expect(changes.every(({ affects }) => affects.length > 100)).toBe(true);
    expect(took).toBeLessThan(8_000);
  });
});
