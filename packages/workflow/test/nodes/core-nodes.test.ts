// Pins: a branch that takes the wrong way, rows that are sorted wrongly, and a wait for what is past.
import { expect, test } from "vitest";
import { run, workflowOf } from "../support/world.ts";

test("the first case that is true wins, and later ones are not computed", async () => {
  const cases = { no: false, yes: { $cel: "trigger.body.n > 1" }, broken: { $cel: "trigger.body.nosuch.field" } };
  const workflow = workflowOf({ b: { use: "core/branch", with: { cases } } }, { $cel: "steps.b.output.case" });
  expect(await run(workflow, undefined, { body: { n: 2 } })).toBe("yes");
});

test("validate keeps good rows, and says of the others where they were and why", async () => {
  const workflow = workflowOf(
    { v: { use: "core/validate", with: { items: { $cel: "trigger.body" }, rules: [{ rule: "required", field: "zip" }] } } },
    { $cel: "steps.v.output" },
  );
  expect(await run(workflow, undefined, { body: [{ zip: "01234" }, { zip: "" }] })).toEqual({
    valid: [{ zip: "01234" }],
    rejected: [{ index: 1, row: { zip: "" }, reasons: [expect.stringContaining("zip")] }],
    validCount: 1,
    rejectedCount: 1,
    problems: [],
  });
});

test("a wait until a moment that has passed goes on at once", async () => {
  const workflow = workflowOf(
    { w: { use: "core/wait", with: { until: "2001-01-01T00:00:00Z" } } },
    { $cel: "steps.w.output.until" },
  );
  expect(await run(workflow)).toBe("2001-01-01T00:00:00.000Z");
});
