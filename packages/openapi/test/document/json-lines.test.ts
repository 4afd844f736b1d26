// Pins: a diagnostic that shows people the wrong line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { joinPointer, readJson } from "@mortise/contract";
import { expect, test } from "vitest";
import { jsonLines } from "../../src/document/json-lines.ts";

function pointersOf(value: unknown, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => pointersOf(part, at + joinPointer(key)))];
}

test.each(["everything-3.1.json", "everything-2.0.json"])("lines of every place in %s are those of a full parse", (name) => {
  const text = readFileSync(join(import.meta.dirname, "..", "import", "documents", name), "utf8");
  const whole = readJson(text).lineOf;
  const quick = jsonLines(text);
  for (const pointer of pointersOf(JSON.parse(text))) expect(quick(pointer), pointer).toBe(whole(pointer));
});

test("brackets and quotes in text mislead nobody, and a place that is not there has the line of what is above", () => {
  const text = '{\n "a": "}]\\"\\\\",\n "b\\u0041": [\n  1,\n  {"c": null}\n ]\n}';
  const lineOf = jsonLines(text);
  expect(["", "/a", "/bA", "/bA/0", "/bA/1/c", "/bA/1/none", "/none"].map(lineOf)).toEqual([1, 2, 3, 4, 5, 5, 1]);
});
