// Pins: a check that grows with the square of a contract, so that the largest vendors' cannot be checked while somebody waits.
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { EXAMPLE_CONTRACT, lintConnector } from "../src/index.ts";

const SCHEMAS = 970;
const OPERATIONS = 1200;

/** A schema with ten fields that leads to others, in circles as those of large vendors do. */
function schema(index: number): Json {
  const fields = Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [
      `field${i}`,
      { type: "string", title: `Field ${i}`, description: `What field ${i} is for.` },
    ]),
  );
  const to = (step: number): Json => ({ $ref: `#/schemas/Thing${(index * step + 1) % SCHEMAS}` });
  return {
    type: "object",
    required: ["field0"],
    properties: { ...fields, parent: to(3), children: { type: "array", items: to(7) } },
  };
}

/** A list, or a write with a body, of one of the schemas. */
function operation(index: number): Json {
  const thing = { $ref: `#/schemas/Thing${index % SCHEMAS}` };
  const common = {
    title: `Operation ${index}`,
    scopes: [],
    budget: "api",
    identity: [],
    outcomes: [],
    examples: [{ input: {} }],
  };
  if (index % 2 === 0)
    return {
      ...common,
      effect: "read",
      idempotency: "natural",
      input: { type: "object", properties: {}, additionalProperties: false },
      output: { type: "object", properties: { things: { type: "array", items: thing } } },
      request: { method: "GET", url: `/things${index}` },
      stream: { items: "/things", resume: "none" },
    };
  return {
    ...common,
    effect: "create",
    idempotency: "none",
    reversible: false,
    input: { type: "object", properties: { body: thing } },
    output: thing,
    request: { method: "POST", url: `/things${index}`, body: { $cel: "input.body" } },
  };
}

test("1,200 operations with 970 shared schemas are checked within five seconds of computing", () => {
  const schemas = Object.fromEntries(Array.from({ length: SCHEMAS }, (_, i) => [`Thing${i}`, schema(i)]));
  const operations = Object.fromEntries(Array.from({ length: OPERATIONS }, (_, i) => [`operation${i}`, operation(i)]));
  const contract = { ...EXAMPLE_CONTRACT, schemas, operations: { ...EXAMPLE_CONTRACT.operations, ...operations } };
  const text = JSON.stringify(contract, null, 2);
  const before = process.cpuUsage();
  const { diagnostics, checks } = lintConnector({ contract: JSON.parse(text), text, today: "2026-06-01" });
  const { user } = process.cpuUsage(before);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(checks).toHaveLength(44);
  expect(user / 1_000_000).toBeLessThan(5);
}, 60_000);
