// Pins: a transformer that is given what it cannot work on, and of which nothing is said before it fails in a run.
import { expect, test } from "vitest";
import { compileValue } from "../../src/index.ts";

const scope = {
  words: { type: "array", items: { type: "string" } },
  rows: { type: "array", items: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } },
  mixed: { type: "array", items: { anyOf: [{ type: "object" }, { type: "null" }] } },
  maybe: { anyOf: [{ type: "array", items: { type: "object" } }, { type: "null" }] },
  one: { type: "object" },
  text: { type: "string" },
  open: true,
} as const;

const told = (source: string, step: object) => {
  const { diagnostics } = compileValue({ $map: [{ from: { $cel: source } }, step as never] }, { scope });
  return diagnostics.map(({ code, severity }) => `${severity} ${code}`);
};

test.each([
  ["words", { set: { fields: { a: 1 } } }, "error WRONG_TYPE"],
  ["text", { limit: { count: 1 } }, "error WRONG_TYPE"],
  ["one", { limit: { count: 1 } }, "error WRONG_TYPE"],
  ["words", { sort: { by: [{ field: "a" }] } }, "error WRONG_TYPE"],
  ["mixed", { set: { fields: { a: 1 } } }, "info EXPRESSION_FAILED"],
  ["maybe", { limit: { count: 1 } }, "info EXPRESSION_FAILED"],
])("%s into %j is told", (source, step, expected) => {
  expect(told(source, step)).toContain(expected);
});

test.each([
  ["words", { limit: { count: 1 } }],
  ["rows", { set: { fields: { a: 1 } } }],
  ["one", { set: { fields: { a: 1 } } }],
  ["[]", { set: { fields: { a: 1 } } }],
  ["open", { set: { fields: { a: 1 } } }],
])("%s into %j is fine", (source, step) => {
  expect(told(source, step)).toEqual([]);
});
