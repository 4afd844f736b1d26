// Pins: schemas that refer to each other without end, written out until memory is full.
import type { JsonSchema } from "@mortise/contract";
import { expect, test } from "vitest";
import { resolveReferences } from "../../src/index.ts";

test("forty schemas that all refer to each other come out small, with the first levels known", () => {
  const names = Array.from({ length: 40 }, (_, index) => `S${index}`);
  const $defs = Object.fromEntries(
    names.map((name): [string, JsonSchema] => [
      name,
      { type: "object", properties: Object.fromEntries(names.map((other) => [other, { $ref: `#/$defs/${other}` }])) },
    ]),
  );
  const resolved = resolveReferences({ type: "object", properties: { a: { $ref: "#/$defs/S0" } }, $defs });
  expect(JSON.stringify(resolved).length).toBeLessThan(1_000_000);
  expect(resolved).toMatchObject({ properties: { a: { properties: { S7: { type: "object" } } } } });
});
