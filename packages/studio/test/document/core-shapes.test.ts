// Pins: a node of the catalogue that the canvas draws without its bodies or its ways out, a new one that has faults nobody can fill in,
// and a body without a name.
import { outletsOf as catalogueOutlets, checkWorkflow, coreNodes, type Workflow } from "@mortise/workflow";
import { expect, test } from "vitest";
import { newNode } from "../../src/builder/new-node.ts";
import { OUTLETS, outletsOf, SLOTS, shownSlots, slotLabel } from "../../src/document/core-shapes.ts";
import { fieldsOf } from "../../src/forms/fields.ts";
import { en } from "../../src/text/en.ts";

const isSet = (schema: unknown) => typeof schema === "object" && schema !== null && "x-node-set" in schema;

test("containers have the bodies, and nodes the ways out, that the catalogue says", () => {
  const slots = coreNodes.map(({ spec }) => {
    const { properties = {} } = spec.params;
    return [spec.use, Object.keys(properties).filter((key) => isSet(properties[key]))] as const;
  });
  const sorted = (table: object) =>
    Object.entries(table)
      .map(([use, names]) => [use, [...names].sort()] as const)
      .sort();
  expect(sorted(SLOTS)).toEqual(sorted(Object.fromEntries(slots.filter(([, names]) => names.length > 0))));
  const outlets = coreNodes.flatMap(({ spec }) => (spec.outlets ? [[spec.use, spec.outlets] as const] : []));
  expect(OUTLETS).toEqual(Object.fromEntries(outlets));
});

test.each(coreNodes.map(({ spec }) => spec))("a new $use has a form for what is missing, and its ways out", (spec) => {
  const node = newNode(spec.use);
  const workflow = { format: "mortise.workflow/1", name: "T", trigger: { use: "manual" }, nodes: { x: node } } as Workflow;
  const fields = fieldsOf(spec.params);
  for (const { kind, title } of fields) expect([kind, title]).not.toContain("");
  const { diagnostics } = checkWorkflow(workflow, { operation: () => undefined, nearest: () => undefined });
  const faults = diagnostics.filter(
    ({ severity, code }) => severity === "error" && !["MISSING_KEY", "INVALID_VALUE"].includes(code),
  );
  expect(faults).toEqual([]);
  const missing = diagnostics.filter(({ code }) => code === "MISSING_KEY").map(({ path }) => path.split("/")[4] ?? "");
  for (const key of missing.filter((each) => each !== "")) expect(fields.map((field) => field.key)).toContain(key);
  expect(outletsOf(node)).toEqual(catalogueOutlets(node));
  const texts = en.slot as { readonly [slot: string]: string };
  for (const slot of shownSlots(node)) expect(texts[slotLabel(spec.use, slot).slice("slot.".length)]).toBeDefined();
});

test("a parallel shows the bodies that it has and one more, a switch its cases and the rest", () => {
  expect(shownSlots({ use: "core/parallel", with: {} })).toEqual(["branch1", "branch2"]);
  expect(shownSlots({ use: "core/parallel", with: { branch1: {}, branch2: {}, branch3: {} } })).toHaveLength(4);
  const cases = { eu: "DE", us: "US" };
  expect(outletsOf({ use: "core/switch", with: { cases, default: "continue" } })).toEqual(["eu", "us", "default"]);
  expect(outletsOf({ use: "core/switch", with: { cases, default: "fail" } })).toEqual(["eu", "us"]);
});
