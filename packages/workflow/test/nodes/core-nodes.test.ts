// Pins: a node whose output is not what its declared type promises, so that what the checker allows fails in the run.
import { expect, test } from "vitest";
import { checkWorkflow, coreNodes } from "../../src/index.ts";
import { checkJson } from "../../src/schema/check-json.ts";
import { catalogue } from "../support/catalogue.ts";
import { run, workflowOf } from "../support/world.ts";

const USES: { readonly [use: string]: object } = {
  "core/branch": { cases: { yes: { $cel: "1 < 2" } } },
  "core/for-each": {
    items: [1, 2],
    nodes: { double: { use: "core/map", with: { value: { $cel: "item * 2" } } } },
    collect: { $cel: "steps.double.output" },
  },
  "core/try": { nodes: { f: { use: "core/fail", with: { message: "no" } } }, catch: {} },
  "core/wait": { for: "2s" },
  "core/fail": { message: "no" },
  "core/map": { value: { a: [1, { $cel: "2" }], b: { $text: "${1 + 1}" } } },
  "core/validate": { items: [{ n: 1 }, { n: null }], rules: [{ rule: "required", field: "n" }] },
};

test("every core node has a use that is tested here", () => {
  expect(Object.keys(USES).sort()).toEqual(coreNodes.map(({ spec }) => spec.use).sort());
});

for (const [use, params] of Object.entries(USES)) {
  test(`${use} gives what its type promises`, async () => {
    const workflow = workflowOf({ x: { use, with: params, onError: "continue" } }, { $cel: "steps.x.output" });
    const { diagnostics, types } = checkWorkflow(workflow, catalogue);
    expect(diagnostics).toEqual([]);
    const output = await run(workflow);
    if (use === "core/fail") expect(output).toBeNull();
    else expect(checkJson(output, types.nodes.x?.output ?? true)).toEqual([]);
  });
}

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
  });
});

test("a wait until a moment that has passed goes on at once", async () => {
  const workflow = workflowOf(
    { w: { use: "core/wait", with: { until: "2001-01-01T00:00:00Z" } } },
    { $cel: "steps.w.output.until" },
  );
  expect(await run(workflow)).toBe("2001-01-01T00:00:00.000Z");
});
