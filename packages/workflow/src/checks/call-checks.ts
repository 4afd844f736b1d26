import type { WorkflowCheck } from "./workflow-check.ts";

const create = { use: "crm@1/createContact", connection: "crm", with: { email: "ada@example.com" } };
const find = { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } };
const pay = { use: "crm@1/pay", connection: "crm", onUnknown: "fail", with: { amount: 10 } };
const output = { $cel: "steps.find.output.city" };

/** Operations and the connections that they are called with. */
export const callChecks: readonly WorkflowCheck[] = [
  {
    code: "UNKNOWN_OPERATION",
    severity: "error",
    title: "An operation is installed.",
    why: "There would be nothing to call.",
    bad: { nodes: { create: { ...create, use: "crm@1/createContct" } } },
    good: { nodes: { create } },
  },
  {
    code: "OPERATION_REMOVED",
    severity: "error",
    title: "An operation is still there in the version that is installed.",
    why: "There would be nothing to call.",
    bad: { nodes: { merge: { use: "crm@1/mergeContacts", connection: "crm", with: {} } } },
    good: { nodes: { create } },
  },
  {
    code: "MISSING_CONNECTION",
    severity: "error",
    title: "What needs a credential or settings has a connection.",
    why: "The call would be refused before it is made.",
    bad: { nodes: { create: { use: create.use, with: create.with } } },
    good: { nodes: { create } },
  },
  {
    code: "CONNECTION_NOT_FOUND",
    severity: "error",
    title: "A connection that is named exists.",
    why: "The call would be refused before it is made.",
    bad: { nodes: { create: { ...create, connection: "crmm" } } },
    good: { nodes: { create } },
  },
  {
    code: "CONNECTION_MISMATCH",
    severity: "error",
    title: "A connection is of the operation's connector, and signs in in a way that the operation accepts.",
    why: "A credential never goes to another system than it was entered for, so the call would be refused.",
    bad: { nodes: { create }, options: { connection: () => ({ connector: "chat" }) } },
    good: { nodes: { create }, options: { connection: () => ({ connector: "crm" }) } },
  },
  {
    code: "CONNECTION_MISMATCH",
    severity: "error",
    title: "An operation that takes only some ways of signing in gets one of them.",
    why: "The other system would refuse the credential.",
    bad: {
      nodes: { find: { use: "crm@1/ping", connection: "crm" } },
      output: { $cel: "steps.find.output.ok" },
      options: { connection: () => ({ connector: "crm", auth: "password" }) },
    },
    good: {
      nodes: { find: { use: "crm@1/ping", connection: "crm" } },
      output: { $cel: "steps.find.output.ok" },
      options: { connection: () => ({ connector: "crm", auth: "token" }) },
    },
  },
  {
    code: "UNUSED_CONNECTION",
    severity: "warning",
    title: "A connection that is named is used.",
    why: "It looks as if the step needed a right that it does not need, and the connection cannot be deleted.",
    bad: { nodes: { find: { use: "crm@1/status", connection: "crm" } }, output: { $cel: "steps.find.output.ok" } },
    good: { nodes: { find: { use: "crm@1/status" } }, output: { $cel: "steps.find.output.ok" } },
  },
  {
    code: "SCOPE_MISSING",
    severity: "warning",
    title: "A connection was granted the scopes that its operations need.",
    why: "The other system refuses the call. A warning, as a vendor may count a wider scope for a narrower one.",
    bad: { nodes: { find }, output, options: { connection: () => ({ scopes: ["contacts.write"] }) } },
    good: { nodes: { find }, output, options: { connection: () => ({ scopes: ["contacts.read"] }) } },
  },
  {
    code: "UNSAFE_RETRY",
    severity: "warning",
    title: "A write that must not happen twice says what to do when nobody knows whether it has.",
    why: "After a crash in the middle of the call the run stops, and a person has to find out.",
    bad: { nodes: { pay: { use: pay.use, connection: "crm", with: pay.with } } },
    good: { nodes: { pay } },
  },
  {
    code: "UNSAFE_RETRY",
    severity: "error",
    title: "What is repeated after an error holds no write that must not happen twice.",
    why: "An answer that got lost looks like an error: the money is paid again.",
    bad: { nodes: { again: { use: "core/retry", with: { on: ["TARGET_SICK"], nodes: { pay } } } } },
    good: { nodes: { again: { use: "core/retry", with: { on: ["TARGET_SICK"], nodes: { create } } } } },
  },
  {
    code: "DEPRECATED",
    severity: "warning",
    title: "What is used will stay.",
    why: "The publisher takes it away after the date, and the workflow stops.",
    bad: { nodes: { add: { use: "crm@1/addContact", connection: "crm", with: { email: "ada@example.com" } } } },
    good: { nodes: { create } },
  },
  {
    code: "DEPRECATED",
    severity: "info",
    title: "Fields that are set will stay.",
    why: "A later version of the operation does not know the field any more.",
    bad: { nodes: { create: { ...create, with: { ...create.with, fax: "1" } } } },
    good: { nodes: { create } },
  },
];
