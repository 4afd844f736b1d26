// Pins: a data picker that inserts an expression the checker refuses.
import { expect, test } from "vitest";
import { scopeTree, searchScope } from "../../src/forms/scope-tree.ts";

const rows = scopeTree({
  properties: {
    steps: {
      properties: {
        load: {
          properties: {
            output: { properties: { rows: { type: "array", items: { properties: { "Airport Name": { type: "string" } } } } } },
          },
        },
      },
    },
    item: { type: "integer" },
  },
});

test("Rows carry the CEL that reads them, odd names quoted.", () => {
  const list = rows[0]?.children[0]?.children[0]?.children[0];
  expect(list).toMatchObject({ expression: "steps.load.output.rows", type: "list" });
  expect(list?.children[0]).toMatchObject({ expression: 'steps.load.output.rows[0]["Airport Name"]', type: "text" });
  expect(rows[1]).toMatchObject({ expression: "item", type: "number" });
});

test("A search keeps the rows that lead to a hit.", () => {
  expect(searchScope(rows, "airport").map(({ label }) => label)).toEqual(["steps"]);
  expect(searchScope(rows, "nothing")).toEqual([]);
});
