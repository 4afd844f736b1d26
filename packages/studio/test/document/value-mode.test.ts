// Pins: a value that the form shows in one way and stores in another, so that opening a form changes the workflow.
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { describePath, modeOf, readSegments, writeSegments } from "../../src/document/value-mode.ts";

test("The mode is read off the stored value.", () => {
  expect(modeOf("plain ${text}")).toBe("fixed");
  expect(modeOf({ $cel: "steps.load.output.rows[0].id" })).toBe("mapped");
  expect(modeOf({ $cel: "size(steps.load.output.rows)" })).toBe("expression");
  expect(modeOf({ $text: "Hi ${trigger.body.name}" })).toBe("mapped");
  expect(modeOf({ $map: [{ from: [] }] })).toBe("pipeline");
  expect(modeOf({ $cel: "a", other: 1 })).toBe("fixed");
});

test("Pieces read from a value and written again give the same value.", () => {
  const values: Json[] = [
    { $cel: "trigger.body" },
    { $text: "Hi ${steps.a.output.name}, ${size({'x': '}'})} left" },
    { $text: "only text" },
    { $text: "open ${ brace" },
  ];
  for (const value of values) expect(writeSegments(readSegments(value))).toEqual(value);
});

test("A pill names the end of the path and the step it comes from.", () => {
  expect(describePath("steps.load.output.count")).toEqual({ label: "count", source: "load" });
  expect(describePath('steps.load.output["Airport Name"]')).toEqual({ label: "Airport Name", source: "load" });
  expect(describePath("a + b")).toEqual({ label: "a + b" });
});
