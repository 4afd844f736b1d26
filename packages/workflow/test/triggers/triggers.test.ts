// Pins: a schedule that fires at the wrong hour after a clock change, and a payload that gets past its schema.
import { expect, test } from "vitest";
import { checkPayload, nextTicks, type Workflow } from "../../src/index.ts";
import { run, workflowOf } from "../support/world.ts";

const at = (text: string) => Date.parse(text);

test("ticks follow the time zone through its clock changes", () => {
  const ticks = nextTicks("0 7 * * *", "Europe/Berlin", at("2026-03-27T12:00:00Z"), 3);
  expect(ticks.map((tick) => new Date(tick).toISOString())).toEqual([
    "2026-03-28T06:00:00.000Z",
    "2026-03-29T05:00:00.000Z",
    "2026-03-30T05:00:00.000Z",
  ]);
});

test("six fields count seconds, and without a zone times are UTC", () => {
  expect(nextTicks("*/30 0 * * * *", undefined, at("2026-01-01T00:00:00Z"), 2)).toEqual([
    at("2026-01-01T00:00:30Z"),
    at("2026-01-01T01:00:00Z"),
  ]);
});

test("a schedule that cannot be read is refused with its code", () => {
  expect(() => nextTicks("every day", undefined, 0, 1)).toThrow(expect.objectContaining({ code: "INVALID_SCHEDULE" }));
  expect(() => nextTicks("0 7 * * *", "Mars/Olympus", 0, 1)).toThrow(expect.objectContaining({ code: "INVALID_SCHEDULE" }));
});

test("a payload is checked against the trigger's schema", () => {
  const workflow = {
    ...workflowOf({}),
    trigger: { use: "webhook", with: { schema: { type: "object", required: ["email"] } } },
  } as Workflow;
  expect(checkPayload(workflow, { email: "x" })).toEqual([]);
  expect(checkPayload(workflow, {})).toMatchObject([{ code: "MISSING_KEY", path: "" }]);
  expect(checkPayload(workflow, 5)).toMatchObject([{ code: "WRONG_TYPE" }]);
  expect(checkPayload(workflowOf({}), 5)).toEqual([]);
});

test("a scheduled workflow that a person starts has a time too", async () => {
  const workflow = {
    ...workflowOf({}, { $cel: "trigger.scheduledAt == run.startedAt" }),
    trigger: { use: "schedule", with: { cron: "0 7 * * *" } },
  } as Workflow;
  expect(await run(workflow)).toBe(true);
});
