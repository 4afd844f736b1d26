import type { WorkflowCheck } from "./workflow-check.ts";

const map = (value: unknown, after?: readonly string[]) => ({ use: "core/map", ...(after && { after }), with: { value } });
const fail = { use: "core/fail", with: { message: "no" } };
const branch = { use: "core/branch", with: { cases: { adult: { $cel: "trigger.body.age >= 18" } } } };
const trigger = {
  use: "webhook",
  with: { schema: { type: "object", properties: { age: { type: "integer" } }, required: ["age"], additionalProperties: false } },
};

/** How nodes hang together. */
export const graphChecks: readonly WorkflowCheck[] = [
  {
    code: "UNKNOWN_NODE",
    severity: "error",
    title: "Nodes, steps and ways out that are named exist.",
    why: "A node that waits for nothing that exists never runs.",
    bad: {
      nodes: { first: map(1), second: map({ $cel: "steps.first.output" }, ["first", "thrid"]) },
      output: { $cel: "steps.second.output" },
    },
    good: {
      nodes: { first: map(1), second: map({ $cel: "steps.first.output" }, ["first"]) },
      output: { $cel: "steps.second.output" },
    },
  },
  {
    code: "CYCLIC_GRAPH",
    severity: "error",
    title: "No nodes wait for each other in a circle.",
    why: "None of them would ever run.",
    bad: { nodes: { first: map(1, ["second"]), second: map(2, ["first"]) }, output: { $cel: "steps" } },
    good: { nodes: { first: map(1), second: map(2, ["first"]) }, output: { $cel: "steps" } },
  },
  {
    code: "UNREACHABLE_NODE",
    severity: "error",
    title: "Every node can run.",
    why: "What waits for both ways out of a branch, or for a node that always fails, is skipped in every run.",
    bad: { nodes: { halt: fail, after: map(1, ["halt"]) }, output: { $cel: "steps.after.output" } },
    good: { nodes: { halt: { ...fail, onError: "continue" }, after: map(1, ["halt"]) }, output: { $cel: "steps.after.output" } },
  },
  {
    code: "UNUSED_OUTPUT",
    severity: "info",
    title: "What only computes or reads is read by something.",
    why: "It costs time in every run and changes nothing; often another node was meant to use it.",
    bad: { nodes: { find: { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } } } },
    good: {
      nodes: { find: { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } } },
      output: { $cel: "steps.find.output.city" },
    },
  },
  {
    code: "UNUSED_OUTPUT",
    severity: "info",
    title: "Every way out of a branch leads somewhere.",
    why: "A case that nothing follows decides nothing.",
    bad: { nodes: { check: branch, other: map(1, ["check.else"]) }, trigger, output: { $cel: "steps.other.output" } },
    good: { nodes: { check: branch, other: map(1, ["check.adult"]) }, trigger, output: { $cel: "steps.other.output" } },
  },
  {
    code: "CONSTANT_CONDITION",
    severity: "info",
    title: "A condition decides something.",
    why: "One that is always or never true hides a mistake, and what follows it runs in every run or in none.",
    bad: {
      nodes: {
        check: { use: "core/branch", with: { cases: { adult: { $cel: "18 >= 18" } } } },
        other: map(1, ["check.adult"]),
      },
      output: { $cel: "steps.other.output" },
    },
    good: { nodes: { check: branch, other: map(1, ["check.adult"]) }, trigger, output: { $cel: "steps.other.output" } },
  },
  {
    code: "SHADOWED_NAME",
    severity: "info",
    title: "A name means one thing in an expression.",
    why: "Who reads it takes the one for the other, and so does who changes it.",
    bad: { nodes: { next: map({ $cel: "[1, 2].map(trigger, trigger + 1)" }) }, output: { $cel: "steps.next.output" } },
    good: { nodes: { next: map({ $cel: "[1, 2].map(n, n + 1)" }) }, output: { $cel: "steps.next.output" } },
  },
  {
    code: "SHADOWED_NAME",
    severity: "info",
    title: "A loop inside of a loop does not hide the outer item.",
    why: "Steps inside of it cannot read the outer one any more, and silently work on the inner one.",
    bad: {
      nodes: {
        outer: {
          use: "core/for-each",
          with: {
            items: [[1], [2]],
            nodes: { inner: { use: "core/for-each", with: { items: { $cel: "item" }, nodes: {}, collect: { $cel: "item" } } } },
            collect: { $cel: "steps.inner.output.results" },
          },
        },
      },
      output: { $cel: "steps.outer.output.results" },
    },
    good: {
      nodes: {
        outer: {
          use: "core/for-each",
          with: {
            items: [[1], [2]],
            nodes: {
              inner: { use: "core/for-each", with: { items: { $cel: "item" }, batch: 2, nodes: {}, collect: { $cel: "batch" } } },
            },
            collect: { $cel: "steps.inner.output.results" },
          },
        },
      },
      output: { $cel: "steps.outer.output.results" },
    },
  },
  {
    code: "UNBOUNDED_WAIT",
    severity: "info",
    title: "What waits for somebody or something says how long.",
    why: "A run that nobody answers stays open until the default ends it; nobody has chosen that.",
    bad: {
      nodes: { wait: { use: "core/event", with: { name: "paid", key: "order-1" } } },
      output: { $cel: "steps.wait.status" },
    },
    good: {
      nodes: { wait: { use: "core/event", with: { name: "paid", key: "order-1", expires: "2d" } } },
      output: { $cel: "steps.wait.status" },
    },
  },
];
