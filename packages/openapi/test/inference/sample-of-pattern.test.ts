// Pins: an operation without an example because nobody could think of a text that its pattern accepts.
import { expect, test } from "vitest";
import { sampleOfPattern } from "../../src/inference/sample-of-pattern.ts";

test.each([
  "^AC[0-9a-fA-F]{32}$",
  "^(0|[1-9][0-9]*)$",
  "^\\d{3}-\\d{4}$",
  "^[^/]+/[^/]+$",
  "^(?:GET|POST)$",
  "^(?<year>\\d{4})-W\\d{2}?$",
  "^\\p{L}+$",
  "[a-z]+@[a-z]+\\.[a-z]{2,}",
  "^x?$",
])("%s has a sample that it accepts", (pattern) => {
  expect(sampleOfPattern(pattern)).toMatch(new RegExp(pattern, "u"));
});

test.each(["^(?=.*[A-Z]).{8,}$", "(a)\\1", "(", "[a", "^a{600}$"])("%s is left alone", (pattern) => {
  expect(sampleOfPattern(pattern)).toBeUndefined();
});
