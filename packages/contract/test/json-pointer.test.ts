// Pins: a pointer that reaches a prototype, or the wrong key because of escaping.
import { describe, expect, it } from "vitest";
import { getPointer, joinPointer, parsePointer } from "../src/index.ts";

describe("JSON pointers (RFC 6901)", () => {
  const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7 };

  it.each([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/m~0n", 8],
    ["/ ", 7],
  ])("finds what the examples of the standard find: %j", (pointer, value) => {
    expect(getPointer(document, pointer)).toEqual(value);
  });

  it.each(["/none", "/foo/2", "/foo/-", "/foo/01", "/foo/length", "/constructor", "/__proto__", "foo", "/a~2b"])(
    "finds nothing at %j",
    (pointer) => {
      expect(getPointer(document, pointer)).toBeUndefined();
    },
  );

  it("joins and parses to the same segments", () => {
    expect(parsePointer(joinPointer("a/b", "m~n", 3, "~1"))).toEqual(["a/b", "m~n", "3", "~1"]);
  });
});
