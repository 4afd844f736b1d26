import type { WorkflowCheck } from "./workflow-check.ts";

const map = (value: unknown, after?: readonly string[]) => ({ use: "core/map", ...(after && { after }), with: { value } });
const trigger = {
  use: "webhook",
  with: {
    schema: {
      type: "object",
      properties: { email: { type: "string" }, age: { type: "integer" }, name: { type: "string" } },
      required: ["email", "age"],
      additionalProperties: false,
    },
  },
};
const output = { $cel: "steps.next.output" };

/** What expressions, texts and transformers come to. */
export const typeChecks: readonly WorkflowCheck[] = [
  {
    code: "WRONG_TYPE",
    severity: "error",
    title: "A value has the type that its place takes.",
    why: "The other system would refuse the call, in the middle of a run.",
    bad: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: { $cel: "trigger.body.age" } } } },
      trigger,
    },
    good: {
      nodes: { create: { use: "crm@1/createContact", connection: "crm", with: { email: { $cel: "trigger.body.email" } } } },
      trigger,
    },
  },
  {
    code: "WRONG_TYPE",
    severity: "info",
    title: "What may be missing, as after a node that may have been skipped, is guarded.",
    why: "The value is null in the runs in which the node was skipped, and the call is refused then.",
    bad: {
      nodes: {
        adult: { use: "core/branch", with: { cases: { yes: { $cel: "trigger.body.age >= 18" } } } },
        next: map({ $cel: "trigger.body.email" }, ["adult.yes"]),
        create: {
          use: "crm@1/createContact",
          connection: "crm",
          after: ["next", "adult.else"],
          join: "any",
          with: { email: { $cel: "steps.next.output" } },
        },
      },
      trigger,
    },
    good: {
      nodes: {
        adult: { use: "core/branch", with: { cases: { yes: { $cel: "trigger.body.age >= 18" } } } },
        next: map({ $cel: "trigger.body.email" }, ["adult.yes"]),
        create: {
          use: "crm@1/createContact",
          connection: "crm",
          after: ["next", "adult.else"],
          join: "any",
          with: { email: { $cel: "default(steps.next.output, 'nobody@example.com')" } },
        },
      },
      trigger,
    },
  },
  {
    code: "EXPRESSION_SYNTAX",
    severity: "error",
    title: "An expression can be read.",
    why: "It would fail in every run.",
    bad: { nodes: { next: map({ $cel: "1 +" }) }, output },
    good: { nodes: { next: map({ $cel: "1 + 1" }) }, output },
  },
  {
    code: "EXPRESSION_TYPE",
    severity: "error",
    title: "An expression combines what fits.",
    why: "It would fail in every run.",
    bad: { nodes: { next: map({ $cel: "trigger.body.age + trigger.body.email" }) }, trigger, output },
    good: { nodes: { next: map({ $cel: "string(trigger.body.age) + trigger.body.email" }) }, trigger, output },
  },
  {
    code: "EXPRESSION_UNKNOWN_NAME",
    severity: "error",
    title: "An expression reads what there is, and what has surely run before.",
    why: "It would fail, or read a result that is there in some runs and not in others.",
    bad: { nodes: { first: map(1), next: map({ $cel: "steps.first.output + 1" }) }, output },
    good: { nodes: { first: map(1), next: map({ $cel: "steps.first.output + 1" }, ["first"]) }, output },
  },
  {
    code: "EXPRESSION_FAILED",
    severity: "info",
    title: "A field that may be missing is guarded.",
    why: "The expression fails in the runs in which it is missing.",
    bad: { nodes: { next: map({ $cel: "trigger.body.name + '!'" }) }, trigger, output },
    good: { nodes: { next: map({ $cel: "default(trigger.body.name, 'you') + '!'" }) }, trigger, output },
  },
  {
    code: "EXPRESSION_LIMIT",
    severity: "error",
    title: "An expression keeps within what one may hold.",
    why: "It would be refused in every run.",
    bad: { nodes: { next: map({ $cel: `${"(".repeat(250)}1${")".repeat(250)}` }) }, output },
    good: { nodes: { next: map({ $cel: "(((1)))" }) }, output },
  },
];
