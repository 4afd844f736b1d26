import type { Json } from "@mortise/contract";
import { poison, World, workflowOf } from "../../support/world.ts";
import { type CasesByNode, inWorld, type NodeCase } from "./node-case.ts";

const output = (use: string, params: object, comesTo: Json, after: object = {}): NodeCase => ({
  workflow: workflowOf({ x: { use, with: params }, ...after }, { $cel: "steps.x.output" }),
  comesTo: { output: comesTo },
});
const code = (use: string, params: object, comesTo: string): NodeCase => ({
  workflow: workflowOf({ x: { use, with: params } }),
  comesTo: { code: comesTo },
});
const missing = { $cel: "trigger.body.a.b" };
const people = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Bob" },
];
const orders = [
  { by: 1, total: 10 },
  { by: 1, total: 5 },
  { by: 3, total: 7 },
];

/** Cases of the nodes that shape data. */
export const dataCases: CasesByNode = {
  "core/map": {
    success: output("core/map", { value: { a: [1, { $cel: "2" }] } }, { a: [1, 2] }),
    failure: code("core/map", { value: missing }, "EXPRESSION_FAILED"),
  },
  "core/set": {
    success: output(
      "core/set",
      { on: { a: 1, b: 2, c: 3 }, fields: { b: { $cel: "1 + 4" }, d: "new" }, remove: ["c"] },
      { a: 1, b: 5, d: "new" },
    ),
    failure: code("core/set", { on: { $cel: "[1]" } }, "WRONG_TYPE"),
    more: { "a new record": output("core/set", { fields: { a: 1 } }, { a: 1 }) },
  },
  "core/filter": {
    success: output(
      "core/filter",
      { items: [5, 1, 7], condition: { $cel: "item > 4 && index < 2" } },
      { kept: [5], keptCount: 1, droppedCount: 2 },
    ),
    failure: code("core/filter", { items: missing, condition: true }, "EXPRESSION_FAILED"),
    more: { "what is no list": code("core/filter", { items: { $cel: "'text'" }, condition: true }, "WRONG_TYPE") },
  },
  "core/split": {
    success: output("core/split", { value: [1, 2, 3, 4, 5], size: 2 }, { parts: [[1, 2], [3, 4], [5]], count: 3 }),
    failure: code("core/split", { value: { $cel: "5" }, size: 2 }, "WRONG_TYPE"),
    more: {
      "a text": output("core/split", { value: "a, b,,c", separator: "," }, { parts: ["a", " b", "", "c"], count: 4 }),
      "an empty text has no parts": output("core/split", { value: "", separator: "," }, { parts: [], count: 0 }),
    },
  },
  "core/aggregate": {
    success: output(
      "core/aggregate",
      { items: orders, key: { $cel: "item.by" }, count: 2 },
      {
        groups: [
          { key: 1, items: orders.slice(0, 2), count: 2, complete: true },
          { key: 3, items: orders.slice(2), count: 1, complete: false },
        ],
        count: 2,
      },
    ),
    failure: code("core/aggregate", { items: [1], key: missing }, "EXPRESSION_FAILED"),
    more: {
      "an item ends its group": output(
        "core/aggregate",
        { items: [1, 2, 0, 3], until: { $cel: "item == 0" } },
        {
          groups: [
            { key: null, items: [1, 2, 0], count: 3, complete: true },
            { key: null, items: [3], count: 1, complete: false },
          ],
          count: 2,
        },
      ),
      "all of a key belong together": output(
        "core/aggregate",
        { items: [1, 2] },
        { groups: [{ key: null, items: [1, 2], count: 2, complete: true }], count: 1 },
      ),
    },
  },
  "core/merge": {
    success: output("core/merge", { values: [{ a: 1, b: 1 }, null, { b: 2 }] }, { a: 1, b: 2 }),
    failure: code("core/merge", { values: [{ a: 1 }, { a: 2 }], onConflict: "fail" }, "TRANSFORM_FAILED"),
    more: {
      deep: output(
        "core/merge",
        {
          values: [
            { a: { x: 1 }, l: [1] },
            { a: { y: 2 }, l: [2] },
          ],
          how: "deep",
        },
        { a: { x: 1, y: 2 }, l: [2] },
      ),
      "the first stays": output("core/merge", { values: [{ a: 1 }, { a: 2, b: 3 }], onConflict: "first" }, { a: 1, b: 3 }),
      lists: output("core/merge", { values: [[1], [2, 3]], how: "lists" }, [1, 2, 3]),
      pairs: output("core/merge", { values: [[1, 2], [3]], how: "pairs" }, [
        [1, 3],
        [2, null],
      ]),
      "the first that is there": output("core/merge", { values: [null, 7, 8], how: "first" }, 7),
      "what is no record": code("core/merge", { values: [{ $cel: "'a'" }] }, "WRONG_TYPE"),
    },
  },
  "core/join": {
    success: output(
      "core/join",
      { left: people, right: orders, leftKey: { $cel: "item.id" }, rightKey: { $cel: "item.by" } },
      {
        rows: [
          { left: people[0] as Json, right: orders[0] as Json },
          { left: people[0] as Json, right: orders[1] as Json },
        ],
        count: 2,
        unmatchedLeft: 1,
        unmatchedRight: 1,
      },
    ),
    failure: code("core/join", { left: [1], right: [1], leftKey: missing, rightKey: 1 }, "EXPRESSION_FAILED"),
    more: {
      "everything is kept, and null matches nothing": output(
        "core/join",
        {
          left: [{ k: null }, { k: 1 }],
          right: [{ k: null }],
          leftKey: { $cel: "item.k" },
          rightKey: { $cel: "item.k" },
          keep: "full",
        },
        {
          rows: [
            { left: { k: null }, right: null },
            { left: { k: 1 }, right: null },
            { left: null, right: { k: null } },
          ],
          count: 3,
          unmatchedLeft: 2,
          unmatchedRight: 1,
        },
      ),
    },
  },
  "core/enrich": {
    success: output(
      "core/enrich",
      {
        value: { id: 7, name: "Ada" },
        nodes: { r: { use: "test/read", with: { id: 1, size: { $cel: "original.id * 2" } } } },
        result: { $cel: "steps.r.output" },
      },
      { id: 7, name: "Ada", size: 14 },
    ),
    failure: {
      ...code("core/enrich", { value: { id: 7 }, nodes: { r: { use: "test/read", with: {} } }, result: 1 }, "CALL_REJECTED"),
      open: inWorld(() => new World({ "test/read": () => poison() })),
    },
    more: {
      "under a field": output(
        "core/enrich",
        {
          value: { id: 7 },
          nodes: { w: { use: "test/write", with: { n: 1 } } },
          result: { $cel: "steps.w.output" },
          under: "found",
        },
        { id: 7, found: { n: 1 } },
      ),
      "the value goes on as it is": {
        ...output(
          "core/enrich",
          { value: { id: 7 }, nodes: { r: { use: "test/read", with: {} } }, result: { size: 1 }, onFailure: "keep" },
          { id: 7 },
        ),
        open: inWorld(() => new World({ "test/read": () => poison() })),
      },
      "a field that differs": code(
        "core/enrich",
        { value: { id: 7 }, nodes: {}, result: { id: 8 }, onConflict: "fail" },
        "TRANSFORM_FAILED",
      ),
    },
  },
  "core/validate": {
    success: output(
      "core/validate",
      { items: [{ n: 1 }], rules: [{ rule: "required", field: "n" }] },
      { valid: [{ n: 1 }], rejected: [], validCount: 1, rejectedCount: 0, problems: [] },
    ),
    failure: code("core/validate", { items: { $cel: "1" }, rules: [{ rule: "required", field: "n" }] }, "WRONG_TYPE"),
  },
};
