// Pins: a step of a pipeline that is offered the columns of another step.
import type { Json, JsonSchema } from "@mortise/contract";
import { expect, test } from "vitest";
import { columnsOf } from "../../src/forms/columns-of.ts";
import { rowTypes } from "../../src/forms/pipeline-types.ts";

const scope: JsonSchema = {
  type: "object",
  properties: {
    batch: { type: "array", items: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } } },
  },
};

const columnsAt = (steps: readonly Json[]) => rowTypes(steps, scope).map((row) => columnsOf(row));

test("Each step is offered the columns that the steps before it leave.", () => {
  const steps: readonly Json[] = [
    { from: { $cel: "batch" } },
    { rename: { fields: { name: "title" } } },
    { pick: { fields: ["title"] } },
    { limit: { count: 3 } },
  ];
  expect(columnsAt(steps).slice(1)).toEqual([["id", "name"], ["id", "title"], ["title"]]);
});

test("Without a source it is what the loop is at, and a broken step makes the rest unknown instead of failing.", () => {
  expect(columnsAt([{ limit: { count: 3 } }])).toEqual([["id", "name"]]);
  expect(columnsAt([{ from: { $cel: "batch" } }, { nope: {} }, { limit: {} }]).slice(1)).toEqual([["id", "name"], []]);
});
