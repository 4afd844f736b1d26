import type { DataRule } from "../checker/data-policy.ts";
import type { WorkflowCheck } from "./workflow-check.ts";

const find = { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } };
const post = (text: unknown) => ({ use: "chat@1/post", connection: "chat", after: ["find"], with: { text } });
const rule: DataRule = { name: "no personal data in chats", classes: ["personal"], connectors: ["chat"], effect: "deny" };

/** Where data may go. */
export const dataChecks: readonly WorkflowCheck[] = [
  {
    code: "DATA_NOT_ALLOWED",
    severity: "error",
    title: "Data goes only where the policy lets its class go, field by field.",
    why: "Personal data in the wrong place has to be reported, and cannot be called back.",
    bad: { nodes: { find, post: post({ $text: "New: ${steps.find.output.email}" }) }, options: { policy: { rules: [rule] } } },
    good: { nodes: { find, post: post({ $text: "New in ${steps.find.output.city}" }) }, options: { policy: { rules: [rule] } } },
  },
  {
    code: "REGION_NOT_ALLOWED",
    severity: "error",
    title: "Connections lie in the regions that the policy names.",
    why: "Data that has left the region has left it, whatever is done later.",
    bad: {
      nodes: { find },
      output: { $cel: "steps.find.output.city" },
      options: { policy: { regions: ["eu"] }, connection: () => ({ region: "us" }) },
    },
    good: {
      nodes: { find },
      output: { $cel: "steps.find.output.city" },
      options: { policy: { regions: ["eu"] }, connection: () => ({ region: "eu" }) },
    },
  },
  {
    code: "SECRET_IN_LITERAL",
    severity: "warning",
    title: "A document holds no secrets.",
    why: "It is shown, exported and kept with every revision; a connection is none of that.",
    bad: {
      nodes: { next: { use: "core/map", with: { value: { password: "correct-horse-battery" } } } },
      output: { $cel: "steps.next.output" },
    },
    good: { nodes: { next: { use: "core/map", with: { value: { user: "ada" } } } }, output: { $cel: "steps.next.output" } },
  },
];
