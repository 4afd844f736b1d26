// Pins: a schema that means something else once its repeated parts stand in one place, and faults that are told otherwise than in small schemas.
import { expect, it } from "vitest";
import type { JsonSchemaObject } from "../../src/json.ts";
import { CONTRACT_SCHEMA } from "../../src/meta-schema/contract-schema.ts";
import { compileSchema } from "../../src/validation/compile-schema.ts";
import { hoistRepeats } from "../../src/validation/hoist-repeats.ts";

const address = {
  type: "object",
  required: ["street"],
  additionalProperties: false,
  properties: { street: { type: "string", minLength: 1, description: "House number and street, as on a letter." } },
} as const;

const names = { propertyNames: { pattern: "^[a-z]+$", "x-help": "lower-case letters, and no others at all, please" } } as const;

/** Eighty places of the same kind: long enough to be compiled apart. */
const large: JsonSchemaObject = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    Array.from({ length: 80 }, (_, index): [string, JsonSchemaObject] => [
      `place${index}`,
      { type: "object", additionalProperties: address, ...names },
    ]),
  ),
};

it("makes a schema shorter, and leaves one with references of its own as it is", () => {
  expect(JSON.stringify(large).length).toBeGreaterThan(10_000);
  expect(JSON.stringify(hoistRepeats(large)).length).toBeLessThan(JSON.stringify(large).length / 2);
  expect(JSON.stringify(hoistRepeats(CONTRACT_SCHEMA)).length).toBeLessThan(JSON.stringify(CONTRACT_SCHEMA).length / 2);
  const own = { ...large, $defs: { a: address }, properties: { ...large.properties, more: { $ref: "#/$defs/a" } } };
  expect(hoistRepeats(own)).toBe(own);
});

it.each([
  [{ place1: { home: { street: "High Street 1" } } }],
  [{ place1: { home: {} } }],
  [{ place2: { home: { street: "" } } }],
  [{ place2: { home: { street: "x", town: "y" } } }],
  [{ place3: { Home: { street: "x" } } }],
  [{ place3: { home: 7 } }],
  [{ nowhere: {} }],
])("judges as a small schema does: %j", (value) => {
  const [name = "place1"] = Object.keys(value);
  const known = large.properties?.[name];
  const small = { ...large, properties: known === undefined ? {} : { [name]: known } };
  const strip = (found: {
    readonly diagnostics: readonly { readonly code: string; readonly path: string; readonly message: string }[];
  }) => found.diagnostics.map(({ code, path, message }) => ({ code, path, message: message.replace(/; known are .*/, "") }));
  expect(strip(compileSchema(large)(value))).toEqual(strip(compileSchema(small)(value)));
});

it("leaves alternatives whole, so that the one that was meant is explained", () => {
  const either: JsonSchemaObject = { anyOf: [address, { type: "object", required: ["town"], properties: { town: address } }] };
  const hoisted = hoistRepeats({ type: "object", properties: { a: either, b: either } });
  expect(hoisted).toMatchObject({ $defs: { "repeated-0": either } });
});
