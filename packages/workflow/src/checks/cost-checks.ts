import type { WorkflowCheck } from "./workflow-check.ts";

const list = { use: "crm@1/listContacts", connection: "crm" };
const create = { use: "crm@1/createContact", connection: "crm", with: { email: { $cel: "item.email" } } };
const each = (nodes: object) => ({
  use: "core/for-each",
  after: ["list"],
  with: { items: { $cel: "steps.list.output.contacts" }, nodes },
});

/** How long a run takes and how much it asks for. */
export const costChecks: readonly WorkflowCheck[] = [
  {
    code: "SLOW_RUN",
    severity: "warning",
    title: "A run takes less than an hour by the limits of the systems that it calls, or no longer than its schedule allows.",
    why: "A run that is slower than its schedule never catches up.",
    bad: { nodes: { list, each: each({ create }) }, options: { expected: { each: 10_000 } } },
    good: { nodes: { list, each: each({ create }) }, options: { expected: { each: 10 } } },
  },
  {
    code: "COSTLY_LOOP",
    severity: "warning",
    title: "A run makes fewer than 10,000 calls of one step.",
    why: "Every call costs time, and often money and the limits of others who use the system.",
    bad: { nodes: { list, each: each({ create }) }, options: { expected: { each: 10_000 } } },
    good: { nodes: { list, each: each({ create }) }, options: { expected: { each: 10 } } },
  },
  {
    code: "COSTLY_LOOP",
    severity: "info",
    title: "What is the same in every round is read once.",
    why: "The same question is asked again for every item, and answered the same.",
    bad: {
      nodes: {
        list,
        each: each({
          find: { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } },
          create: {
            use: "chat@1/post",
            connection: "chat",
            after: ["find"],
            with: { text: { $cel: "item.id + steps.find.output.city" } },
          },
        }),
      },
      options: { expected: { each: 10 } },
    },
    good: {
      nodes: {
        list,
        each: each({
          find: { use: "crm@1/findContact", connection: "crm", with: { id: { $cel: "item.id" } } },
          create: {
            use: "chat@1/post",
            connection: "chat",
            after: ["find"],
            with: { text: { $cel: "item.id + steps.find.output.city" } },
          },
        }),
      },
      options: { expected: { each: 10 } },
    },
  },
];
