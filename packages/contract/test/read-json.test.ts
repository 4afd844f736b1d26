// Pins: a diagnostic that points at the wrong line, and a document whose second key silently wins.
import { describe, expect, it } from "vitest";
import { readJson } from "../src/index.ts";

describe("readJson", () => {
  it("tolerates comments, trailing commas and a byte order mark", () => {
    const { value, diagnostics } = readJson('\uFEFF{\n  // note\n  "a": [1, 2,], /* more */\n}');
    expect(diagnostics).toEqual([]);
    expect(value).toEqual({ a: [1, 2] });
  });

  it("finds every syntax error with its line and file, and gives no value", () => {
    const { value, diagnostics } = readJson('{\n  "a": ,\n  "b": 2\n  "c": tru\n}', "x.json");
    expect(value).toBeUndefined();
    expect(diagnostics.map(({ code, line, file }) => [code, line, file])).toEqual([
      ["INVALID_JSON", 2, "x.json"],
      ["INVALID_JSON", 4, "x.json"],
      ["INVALID_JSON", 4, "x.json"],
      ["INVALID_JSON", 5, "x.json"],
    ]);
  });

  it.each(["", "  \n", "// nothing"])("says that a text without a value is not JSON: %j", (text) => {
    expect(readJson(text)).toMatchObject({ value: undefined, diagnostics: [{ code: "INVALID_JSON" }] });
  });

  it("reports a key that stands twice", () => {
    const { value, diagnostics } = readJson('{ "a": {\n"b": 1,\n"b": 2 } }');
    expect(value).toBeUndefined();
    expect(diagnostics).toEqual([expect.objectContaining({ code: "DUPLICATE_NAME", path: "/a/b", line: 3 })]);
    expect(diagnostics[0]?.message).toMatch(/first at line 2/);
  });

  it("keeps __proto__ as a key of its own", () => {
    const { value } = readJson('{ "__proto__": { "polluted": true } }');
    expect(Object.hasOwn(value as object, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("knows the line of a place, or of the nearest place above it", () => {
    const { lineOf } = readJson('{\n  "a/b": [\n    1,\n    { "c": 2 }\n  ]\n}\r\n');
    expect([lineOf(""), lineOf("/a~1b"), lineOf("/a~1b/0"), lineOf("/a~1b/1/c"), lineOf("/a~1b/1/x"), lineOf("/zz")]).toEqual([
      1, 2, 3, 4, 4, 1,
    ]);
  });

  it("refuses a document that is nested beyond reason instead of overflowing", () => {
    const deep = 200_000;
    expect(readJson(`${"[".repeat(deep)}${"]".repeat(deep)}`)).toMatchObject({
      value: undefined,
      diagnostics: [{ code: "INVALID_JSON" }],
    });
  });

  it("tells the first errors of what is no JSON at all, not one a letter", () => {
    expect(readJson("<p>no JSON</p>\n".repeat(10_000)).diagnostics).toHaveLength(20);
  });
});

it("repeats nothing of a text that may hold secrets", () => {
  const text = '{"token": "a-secret-0815';
  expect(JSON.stringify(readJson(text).diagnostics)).toContain("a-secret");
  const { diagnostics } = readJson(text, "connection.json", { quotes: false });
  expect(diagnostics).toMatchObject([{ code: "INVALID_JSON", file: "connection.json", line: 1 }, {}]);
  expect(JSON.stringify(diagnostics)).not.toContain("a-secret");
});
