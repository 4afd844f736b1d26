// Pins: a step that the outline leaves out or shows twice: for somebody who cannot use the canvas it would not exist.
import type { Workflow } from "@mortise/workflow";
import { expect, test } from "vitest";
import { outlineOf } from "../../src/document/outline.ts";

test("Every step stands once, behind what it follows, bodies and outlets indented below their step.", () => {
  const document: Workflow = {
    format: "mortise.workflow/1",
    name: "W",
    trigger: { use: "manual" },
    nodes: {
      end: { use: "core/map", after: ["yes", "pick.else"], join: "any" },
      pick: { use: "core/branch", after: ["loop"], with: { cases: { yes: { $cel: "true" } } } },
      yes: { use: "core/map", after: ["pick.yes"] },
      loop: { use: "core/for-each", with: { items: [], nodes: { inner: { use: "core/map" } } } },
    },
  };
  const rows = outlineOf(document).map(
    (row) =>
      `${" ".repeat(row.depth)}${row.kind === "step" ? row.name : row.kind === "label" ? `<${row.outlet ?? row.slot}>` : "+"}`,
  );
  expect(rows).toEqual(["loop", " <nodes>", " inner", " +", "pick", " <yes>", " yes", " <else>", "end", "+"]);
});
