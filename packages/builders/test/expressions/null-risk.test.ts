// Pins: an expression that fails on null, as after a step that was skipped, and of which nothing was said; and a note about what is guarded.
import { expect, test } from "vitest";
import { compileExpression } from "../../src/index.ts";

const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: ["integer", "null"] } },
  required: ["name", "age"],
} as const;
const scope = {
  maybe: { anyOf: [person, { type: "null" }] },
  sure: person,
  list: { type: ["array", "null"], items: person },
} as const;

function notes(source: string): readonly string[] {
  return compileExpression(source, { scope }).diagnostics.map(({ severity, message }) => `${severity}: ${message.split(",")[0]}`);
}

test.each([
  ["maybe.name", "maybe"],
  ["size(maybe)", "maybe"],
  ["sure.age + 1", "sure.age"],
  ["sure.age > 1", "sure.age"],
  ["-sure.age", "sure.age"],
  ["list.map(x, x.name)", "list"],
  ["list[0]", "list"],
  ["default(size(maybe), 0)", "maybe"],
  ["maybe == null ? maybe.name : 'x'", "maybe"],
  ["has(sure.age) ? sure.age + 1 : 0", "sure.age"],
  ["list.filter(x, x.age > 1)", "list"],
])("%s says that %s may be null, and fails where it is", (source, place) => {
  expect(notes(source)).toContain(`info: "${place}" may be null`);
  const row = { name: "ada", age: null };
  expect(() => compileExpression(source).evaluate({ maybe: null, sure: row, list: null })).toThrow();
});

test.each([
  "default(maybe.name, 'x')",
  "has(maybe.name) ? maybe.name : 'x'",
  "maybe != null ? maybe.name : 'x'",
  "maybe == null ? 'x' : maybe.name",
  "null != sure.age && sure.age > 1",
  "sure.age == null || sure.age > 1",
  "maybe.?name.orValue('x')",
  "list != null ? list.map(x, x.age != null ? x.age + 1 : 0) : []",
  "sure.age == 1",
])("%s is guarded, so nothing is said and it does not fail", (source) => {
  expect(notes(source)).toEqual([]);
  const row = { name: "ada", age: null };
  expect(() => compileExpression(source).evaluate({ maybe: null, sure: row, list: [row] })).not.toThrow();
});

test("what was found to be no null is none in the type either", () => {
  expect(compileExpression("sure.age != null ? sure.age : 0", { scope }).type).toEqual({ type: "integer" });
});
