import { elementOf } from "@mortise/builders";
import { type CoreNode, computed } from "./core-node.ts";
import { listOf, perItem } from "./per-item.ts";
import { COUNT, exactly } from "./schemas.ts";

/** Keeps the items of a list for which a condition holds. */
export const filter: CoreNode = {
  spec: {
    use: "core/filter",
    title: "Filter",
    description: "Keeps the items of a list for which a condition is true. What is dropped is counted, and is no error.",
    group: "data",
    params: {
      type: "object",
      properties: {
        items: computed({ type: "array", title: "Items", "x-order": 1 }),
        condition: computed({ type: "boolean", title: "Keep where", description: "Sees item and index.", "x-order": 2 }),
      },
      required: ["items", "condition"],
      additionalProperties: false,
    },
  },

  values: () => [
    { path: ["items"], expects: { type: "array" } },
    { path: ["condition"], expects: { type: "boolean" }, sees: perItem("items") },
  ],

  output: (_, types) =>
    exactly({ kept: { type: "array", items: elementOf(types.of("items")) }, keptCount: COUNT, droppedCount: COUNT }),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const items = params.value("items");
      const condition = params.value("condition");
      return (scope) => {
        const list = listOf(items.evaluate(scope), "items");
        const kept = list.filter((item, index) => condition.evaluate({ ...scope, item, index }) === true);
        return { output: { kept, keptCount: kept.length, droppedCount: list.length - kept.length } };
      };
    },
  },
};
