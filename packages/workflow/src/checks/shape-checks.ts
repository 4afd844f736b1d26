import type { WorkflowCheck } from "./workflow-check.ts";

const map = (value: unknown, more: object = {}) => ({ use: "core/map", with: { value }, ...more });

/** What a document may hold. */
export const shapeChecks: readonly WorkflowCheck[] = [
  {
    code: "UNKNOWN_KEY",
    severity: "error",
    title: "Every key is in the vocabulary.",
    why: "A misspelt key would be ignored, and the workflow would do something else than what it says.",
    bad: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: "ada@example.com", stgae: "lead" } } },
    },
    good: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: "ada@example.com", stage: "lead" } } },
    },
  },
  {
    code: "MISSING_KEY",
    severity: "error",
    title: "What is required is there.",
    why: "The other system would refuse the call, in the middle of a run.",
    bad: { nodes: { find: { use: "crm@1/findContact", connection: "crm", with: {} } }, output: { $cel: "steps.find.output" } },
    good: {
      nodes: { find: { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } } },
      output: { $cel: "steps.find.output" },
    },
  },
  {
    code: "INVALID_VALUE",
    severity: "error",
    title: "A literal is one of those that its place allows.",
    why: "The other system would refuse the call, in the middle of a run.",
    bad: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: "ada@example.com", stage: "leed" } } },
    },
    good: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: "ada@example.com", stage: "lead" } } },
    },
  },
  {
    code: "DUPLICATE_NAME",
    severity: "error",
    title: "A name means one node in the whole document, also inside of loops.",
    why: "An expression could not say which of the two it reads.",
    bad: {
      nodes: {
        fetch: map(1),
        each: {
          use: "core/for-each",
          after: ["fetch"],
          with: { items: { $cel: "[steps.fetch.output]" }, nodes: { fetch: map({ $cel: "item" }) } },
        },
      },
    },
    good: {
      nodes: {
        fetch: map(1),
        each: {
          use: "core/for-each",
          after: ["fetch"],
          with: {
            items: { $cel: "[steps.fetch.output]" },
            nodes: { keep: map({ $cel: "item" }) },
            collect: { $cel: "steps.keep.output" },
          },
        },
      },
    },
  },
  {
    code: "LIMIT_EXCEEDED",
    severity: "warning",
    title: "A literal is small; data belongs into a file or a table.",
    why: "It is kept with every revision and sent to every editor, and what it costs grows with every run.",
    bad: { nodes: { rows: map("x".repeat(100_001)) }, output: { $cel: "steps.rows.output" } },
    good: { nodes: { rows: map("x") }, output: { $cel: "steps.rows.output" } },
  },
  {
    code: "LIMIT_EXCEEDED",
    severity: "warning",
    title: "A loop keeps no more results than a run can hold.",
    why: "Results are held in memory until the loop has ended, and kept with the run.",
    bad: {
      nodes: {
        list: { use: "crm@1/listContacts", connection: "crm" },
        each: {
          use: "core/for-each",
          after: ["list"],
          with: { items: { $cel: "steps.list.output.contacts" }, nodes: {}, collect: { $cel: "item.id" } },
        },
      },
      output: { $cel: "steps.each.output.results" },
      options: { expected: { each: 2_000_000 } },
    },
    good: {
      nodes: {
        list: { use: "crm@1/listContacts", connection: "crm" },
        each: {
          use: "core/for-each",
          after: ["list"],
          with: { items: { $cel: "steps.list.output.contacts" }, nodes: {}, collect: { $cel: "item.id" } },
        },
      },
      output: { $cel: "steps.each.output.results" },
      options: { expected: { each: 2_000 } },
    },
  },
  {
    code: "INVALID_SCHEDULE",
    severity: "error",
    title: "A schedule can be read, and is due at some time.",
    why: "The workflow would never start.",
    bad: { nodes: {}, trigger: { use: "schedule", with: { cron: "0 7 * * *", timeZone: "Europe/Berln" } } },
    good: { nodes: {}, trigger: { use: "schedule", with: { cron: "0 7 * * *", timeZone: "Europe/Berlin" } } },
  },
];
