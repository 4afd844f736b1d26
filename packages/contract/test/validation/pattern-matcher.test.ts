// Pins: a pattern of a stranger that keeps the process busy for ever, or one that means something else here than in JSON Schema.
import { expect, test } from "vitest";
import { checkSchema, compileSchema, fitsSchema } from "../../src/validation/index.ts";
import { patternMatcher } from "../../src/validation/pattern-matcher.ts";

const LONG = "a".repeat(200);

test.each([
  ["a repeat in a repeat", "^(a+)+$", LONG],
  ["alternatives that overlap", "^(a|a)*$", LONG],
  ["closed repeats in one another", "^([a-z]{1,50}){1,20}[A-Z]$", LONG],
  ["many repeats side by side", "^a*a*a*a*a*a*a*a*b", LONG.repeat(20)],
])("%s: a text that does not match is refused at once, one that does is accepted", (_, pattern, text) => {
  const started = performance.now();
  expect(compileSchema({ patternProperties: { [pattern]: false } })({ [`${text}!`]: 1 }).ok).toBe(true);
  expect(compileSchema({ pattern })(`${text}!`).ok).toBe(false);
  expect(compileSchema({ pattern })(pattern.endsWith("b") ? `${text}b` : pattern.endsWith("Z]$") ? `${text}A` : text).ok).toBe(
    true,
  );
  expect(fitsSchema({ pattern }, `${text}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("what RE2 does not know is matched in short texts, is said of long ones, and matches none of them", () => {
  const { quick, test: told, isBounded } = patternMatcher("^(a+)+\\1$");
  expect([quick("aaa"), told("aaa"), quick(LONG), told(LONG), isBounded]).toEqual([true, true, undefined, false, false]);
  expect(fitsSchema({ pattern: "^(a+)+\\1$" }, LONG)).toBeUndefined();
  expect(checkSchema({ type: "string", pattern: "^(a+)+\\1$" })).toMatchObject([{ severity: "warning", path: "/pattern" }]);
  expect(checkSchema({ type: "string", pattern: "^(a+)+$" })).toEqual([]);
});

test("two patterns of one schema stay two", () => {
  const { diagnostics } = compileSchema({ properties: { a: { pattern: "^(a+)+$" }, b: { pattern: "^(b+)+$" } } })({
    a: "b",
    b: "b",
  });
  expect(diagnostics.map(({ path }) => path)).toEqual(["/a"]);
});

test.each([
  ["^[a-z]+(-[a-z]+)*$", ["acme-crm-of-a-very-long-name-indeed", "acme"], ["Acme-crm-of-a-very-long-name-indeed", "acme-"]],
  ["^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==)?$", ["QWRhIExvdmVsYWNlIHdyb3Rl", "QQ=="], ["QWRhIExvdmVsYWNlIHdyb3R!"]],
  ["^(\\p{L}+ ?)+$", ["Ada Łovelace schrieb viele Briefe"], ["Ada Łovelace schrieb 2 Briefe"]],
  ["^(?!.*--)([a-z]+-?)+$", ["a-name-that-is-longer-than-some"], ["a--name-that-is-longer-than-some"]],
  [
    "^(?=.*[A-Z])(?=.*\\d)(?=.*(x|y\\)))(.+)+$",
    ["Aa1-and-the-x-that-it-must-have"],
    ["aa1-and-the-x-that-it-must-have", "Aa1-and-not-what-it-must-have"],
  ],
])("%s means the same, however it is matched", (pattern, good, bad) => {
  for (const text of good) expect(patternMatcher(pattern).test(text), text).toBe(true);
  for (const text of bad) expect(patternMatcher(pattern).test(text), text).toBe(false);
});

test("a condition that holds for one alternative is not asked of another", () => {
  expect(patternMatcher("^(?=a)(b|a)+$|^(c)+$").isBounded).toBe(false);
});
