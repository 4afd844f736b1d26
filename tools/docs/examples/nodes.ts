import type { Json } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";

/** A workflow that needs no connector, and what it is started with. What it comes to is found out by running it. */
export interface NodeExample {
  readonly input?: Json;
  readonly nodes: Workflow["nodes"];
  readonly output?: Json;
}

/** An example of every core node, by its `use`. */
export const NODE_EXAMPLES: { readonly [use: string]: NodeExample } = Object.freeze({
  "core/branch": {
    input: { amount: 1200 },
    nodes: {
      size: { use: "core/branch", with: { cases: { large: { $cel: "trigger.body.amount > 1000" } } } },
      ask: { use: "core/map", after: ["size.large"], with: { value: "Ask a person first." } },
      pay: { use: "core/map", after: ["size.else"], with: { value: "Paid." } },
    },
    output: { case: { $cel: "steps.size.output.case" } },
  },
  "core/for-each": {
    input: { prices: [10, 20, 30] },
    nodes: {
      each: {
        use: "core/for-each",
        with: {
          items: { $cel: "trigger.body.prices" },
          concurrency: 2,
          nodes: { gross: { use: "core/map", with: { value: { $cel: "item * 1.2" } } } },
          collect: { $cel: "steps.gross.output" },
        },
      },
    },
    output: { $cel: "steps.each.output" },
  },
  "core/try": {
    nodes: {
      safely: {
        use: "core/try",
        with: {
          nodes: { refuse: { use: "core/fail", with: { message: "No stock." } } },
          catch: { note: { use: "core/map", with: { value: { $text: "Caught: ${error.message}" } } } },
        },
      },
    },
    output: { $cel: "steps.safely.output" },
  },
  "core/wait": {
    nodes: { until: { use: "core/wait", with: { until: "2026-01-31T09:00:00Z" } } },
    output: { $cel: "steps.until.output" },
  },
  "core/fail": {
    input: { order: 7 },
    nodes: { refuse: { use: "core/fail", with: { message: { $text: "Order ${trigger.body.order} has no address." } } } },
  },
  "core/map": {
    input: { first: "Ada", last: "Lovelace" },
    nodes: {
      contact: {
        use: "core/map",
        with: { value: { name: { $text: "${trigger.body.first} ${trigger.body.last}" }, source: "form" } },
      },
    },
    output: { $cel: "steps.contact.output" },
  },
  "core/validate": {
    input: { rows: [{ zip: "00501" }, { zip: "501" }] },
    nodes: {
      check: {
        use: "core/validate",
        with: { items: { $cel: "trigger.body.rows" }, rules: [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }] },
      },
    },
    output: { $cel: "steps.check.output" },
  },
});
