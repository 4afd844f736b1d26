import type { Contract, Operation } from "@mortise/contract";
import { createRuntime } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";

const operation: Operation = {
  title: "Sample",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object" },
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
};

const contract: Contract = {
  format: "mortise.contract/1",
  name: "orders",
  version: "1.0.0",
  title: "Orders",
  publisher: "acme",
  hosts: ["*"],
  auth: {},
  budgets: {},
  operations: {
    findOrder: { ...operation, request: { method: "GET", url: { $text: "${input.url}/find" } } },
    addOrder: {
      ...operation,
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: { $text: "${input.url}/orders" }, body: { n: 1 } },
      probe: {
        operation: "findOrder",
        with: { url: { $cel: "input.url" } },
        item: { $cel: "size(output) > 0 ? output[0] : null" },
        after: "10ms",
      },
    },
  },
};

/** The real runtime with a connector whose write can be looked for. */
export const probedRuntime = () =>
  createRuntime({ connectors: [{ contract, natives: {} }], egress: { allow: ["http://127.0.0.1:*"] } });

/** One write that is not safe to repeat, and has a probe. */
export const addOrder = (url: string): Workflow => ({
  format: "mortise.workflow/1",
  name: "One order",
  trigger: { use: "manual" },
  nodes: { add: { use: "orders/addOrder", with: { url } } },
  output: { id: { $cel: "steps.add.output.id" } },
});
