// Pins: a workflow that uses a transformer or rules of one's own is checked without them, or runs with other ones than it brings.
import type { Definitions } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { checkWorkflow, type Workflow } from "../../src/index.ts";
import { planWorkflow } from "../../src/interpreter/plan.ts";

const definitions: Definitions = {
  "full-name@1.0.0": {
    format: "mortise.transformer/1",
    name: "full-name",
    version: "1.0.0",
    title: "Full name",
    steps: [{ join: { fields: ["first", "last"], into: "name" } }, { pick: { fields: ["name"] } }],
    cases: [{ from: [{ first: "Ada", last: "L" }], gives: [{ name: "Ada L" }] }],
  },
  "named@1.0.0": {
    format: "mortise.rules/1",
    name: "named",
    version: "1.0.0",
    title: "Named",
    rules: [{ rule: "required", field: "name" }],
    cases: [{ rows: [{ name: "" }], rejected: [0] }],
  },
};

const workflow = (more: Partial<Workflow>, use = "full-name@1.0.0"): Workflow => ({
  format: "mortise.workflow/1",
  name: "Names",
  trigger: { use: "manual" },
  nodes: {
    check: {
      use: "core/validate",
      with: {
        items: { $map: [{ from: [{ first: "Ada", last: "L" }] }, { use }] },
        rules: [{ use: "named@1.0.0" }],
      } as never,
    },
  },
  output: { $cel: "steps.check.output.valid.map(row, row.name)" },
  ...more,
});
const catalogue = { operation: () => undefined } as never;
const errors = (document: Workflow) =>
  checkWorkflow(document, catalogue).diagnostics.filter(({ severity }) => severity === "error");

test("a workflow that brings what it uses is fine, and typed through it", () => {
  expect(errors(workflow({ definitions }))).toEqual([]);
  expect(errors(workflow({ definitions, output: { $cel: "steps.check.output.valid.map(row, row.first)" } }))).toMatchObject([
    { code: "EXPRESSION_UNKNOWN_NAME" },
  ]);
});

test("what it does not bring is told where it is used", () => {
  expect(errors(workflow({})).map(({ path, code }) => [path, code])).toEqual(
    expect.arrayContaining([
      ["/nodes/check/with/items/$map/1/use", "UNKNOWN_REFERENCE"],
      ["/nodes/check/with/rules/0/use", "UNKNOWN_REFERENCE"],
    ]),
  );
});

test("what it brings is checked with its cases, and must stand under its own name", () => {
  const wrong = { ...definitions["full-name@1.0.0"], cases: [{ from: [], gives: 1 }] } as never;
  expect(errors(workflow({ definitions: { ...definitions, "full-name@1.0.0": wrong } }))).toMatchObject([
    { code: "INVALID_EXAMPLE", path: "/definitions/full-name@1.0.0/cases/0/gives" },
  ]);
  const moved = { "other@1.0.0": definitions["full-name@1.0.0"], "named@1.0.0": definitions["named@1.0.0"] } as never;
  expect(errors(workflow({ definitions: moved })).map(({ path }) => path)).toContain("/definitions/other@1.0.0");
});

test("its values run with them", () => {
  const plan = planWorkflow(workflow({ definitions }), () => undefined);
  const node = plan.root.nodes.get("check");
  if (node?.kind !== "pure") throw new Error("validate is pure");
  const { output } = node.run({}) as { readonly output: Json };
  expect(output).toMatchObject({ valid: [{ name: "Ada L" }], problems: [] });
});
