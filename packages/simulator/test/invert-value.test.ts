// Pins: a mapping read backwards to something that it would not come to, or said to be understood where it is not.
import { compileValue } from "@mortise/builders";
import type { Json, Value } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { assign } from "../src/assign.ts";
import { invertValue } from "../src/invert-value.ts";

/** What `response` has to be for a value to come to `seen`. */
const backwards = (value: Value, seen: Json) => assign(invertValue(value).solve(seen), "response");

describe("a value and what it came to", () => {
  test.each<readonly [string, Value, Json]>([
    ["a path", { $cel: "response.body.a.b" }, 1],
    ["a path by keys", { $cel: 'response.headers["x-id"]' }, "h1"],
    ["an optional path", { $cel: "response.body.?a.?b.orValue(null)" }, [1]],
    ["an index", { $cel: "response.body.list[0].id" }, "c1"],
    ["the whole body", { $cel: "response.body" }, { a: 1 }],
    ["a text around one hole", { $text: "https://acme.example/${response.body.id}?x" }, "https://acme.example/c1?x"],
    [
      "an object of values",
      { a: { $cel: "response.body.x" }, b: { c: { $cel: "response.body.y" } }, d: 4 },
      { a: 1, b: { c: 2 }, d: 4 },
    ],
    ["a list of values", [{ $cel: "response.body.x" }, 2], [1, 2]],
    ["a pipeline that picks", { $map: [{ from: { $cel: "response.body.rows" } }, { pick: { fields: ["id"] } }] }, [{ id: 1 }]],
    [
      "a pipeline that renames",
      { $map: [{ from: { $cel: "response.body.rows" } }, { rename: { fields: { old: "new" } } }] },
      [{ new: 1, other: 2 }],
    ],
    [
      "a list mapped",
      { $cel: 'response.body.rows.map(r, {"id": r.key, "deep": r.a.b})' },
      [
        { id: 1, deep: 2 },
        { id: 3, deep: 4 },
      ],
    ],
  ])("%s", (_, value, seen) => {
    const inverted = invertValue(value);
    expect(inverted.isComplete).toBe(true);
    expect(compileValue(value).evaluate({ response: backwards(value, seen) ?? null })).toEqual(seen);
  });
});

test("null of an optional place is read as absence", () => {
  expect(
    backwards({ a: { $cel: "response.body.?a.orValue(null)" }, b: { $cel: "response.body.b" } }, { a: null, b: null }),
  ).toEqual({ body: { b: null } });
});

test.each<readonly [string, Value]>([
  ["a computation", { $cel: "response.body.a + 1" }],
  ["a call", { $cel: "response.body.size()" }],
  ["a default that is computed", { $cel: "response.body.?a.orValue(response.body.b)" }],
  ["a text of two holes", { $text: "${response.body.a}-${response.body.b}" }],
  ["a pipeline that changes values", { $map: [{ from: { $cel: "response.body" } }, { limit: { count: 1 } }] }],
  ["a mapping that computes", { $cel: "response.body.rows.map(r, r.id)" }],
])("%s is not understood, and says so", (_, value) => {
  expect(invertValue(value)).toMatchObject({ isComplete: false, reads: [] });
});
