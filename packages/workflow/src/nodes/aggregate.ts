import { elementOf } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { canonicalJson } from "../model/canonical-json.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { listOf, perItem } from "./per-item.ts";
import { COUNT, exactly } from "./schemas.ts";

/** Gathers items of a list into groups, by key, count and condition. */
export const aggregate: CoreNode = {
  spec: {
    use: "core/aggregate",
    title: "Aggregate",
    description:
      "Gathers the items of a list into groups with the same key. A group is complete at a count or with an item that ends it.",
    group: "data",
    params: {
      type: "object",
      properties: {
        items: computed({ type: "array", title: "Items", "x-order": 1 }),
        key: computed({ title: "Key", description: "Sees item and index. Absent: all belong together.", "x-order": 2 }),
        count: {
          type: "integer",
          title: "Complete at",
          description: "Items of a complete group; the next begins another one.",
          minimum: 1,
          "x-order": 3,
        },
        until: computed({
          type: "boolean",
          title: "Complete with",
          description: "True for the last item of a group. Sees item and index.",
          "x-order": 4,
        }),
      },
      required: ["items"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["items"], expects: { type: "array" } },
    ...("key" in params ? [{ path: ["key"], expects: true as const, sees: perItem("items") }] : []),
    ...("until" in params ? [{ path: ["until"], expects: { type: "boolean" as const }, sees: perItem("items") }] : []),
  ],

  output: (params, types) => {
    const items = { type: "array" as const, items: elementOf(types.of("items")), minItems: 1 };
    const key = "key" in params ? types.of("key") : ({ type: "null" } as const);
    const one = exactly({ key, items, count: COUNT, complete: { type: "boolean" } });
    return exactly({ groups: { type: "array", items: one }, count: COUNT });
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const items = params.value("items");
      const key = "key" in params.with ? params.value("key") : undefined;
      const until = "until" in params.with ? params.value("until") : undefined;
      const most = typeof params.with.count === "number" ? params.with.count : Number.POSITIVE_INFINITY;
      const endsByItself = until === undefined && most === Number.POSITIVE_INFINITY;
      return (scope) => {
        const groups: { key: Json; items: Json[]; count: number; complete: boolean }[] = [];
        const open = new Map<string, (typeof groups)[number]>();
        for (const [index, item] of listOf(items.evaluate(scope), "items").entries()) {
          const seen = { ...scope, item, index };
          const value = key ? key.evaluate(seen) : null;
          const name = canonicalJson(value);
          const group = open.get(name) ?? { key: value, items: [], count: 0, complete: endsByItself };
          if (group.count === 0) groups.push(group);
          open.set(name, group);
          group.count = group.items.push(item);
          if (group.count < most && until?.evaluate(seen) !== true) continue;
          group.complete = true;
          open.delete(name);
        }
        return { output: { groups, count: groups.length } as unknown as Json };
      };
    },
  },
};
