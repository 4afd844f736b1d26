// Pins: a one-click fix that changes something else than it says.
import { expect, test } from "vitest";
import { applyPatch } from "../../src/document/apply-patch.ts";

test("The four operations do what RFC 6902 says, list insertion included.", () => {
  const root = { a: [1, 2], b: { c: "x" } };
  expect(applyPatch(root, [{ op: "add", path: "/a/1", value: 9 }])).toEqual({ a: [1, 9, 2], b: { c: "x" } });
  expect(applyPatch(root, [{ op: "add", path: "/a/-", value: 9 }])).toEqual({ a: [1, 2, 9], b: { c: "x" } });
  expect(applyPatch(root, [{ op: "replace", path: "/b/c", value: "y" }])).toEqual({ a: [1, 2], b: { c: "y" } });
  expect(applyPatch(root, [{ op: "remove", path: "/a/0" }])).toEqual({ a: [2], b: { c: "x" } });
  expect(applyPatch(root, [{ op: "move", from: "/b/c", path: "/b/d" }])).toEqual({ a: [1, 2], b: { d: "x" } });
});

test("A patch whose target is gone changes nothing.", () => {
  expect(applyPatch({ a: 1 }, [{ op: "remove", path: "/b" }])).toBeUndefined();
});
