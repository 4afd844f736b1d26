import type { Connector } from "@mortise/sdk";

const native = () => ({
  title: "Sample",
  effect: "read" as const,
  idempotency: "natural" as const,
  scopes: [],
  input: {},
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
  native: { reason: "test", uses: [] },
});

/** A connector with an operation that answers and one that does not end before it is stopped. */
export const heldConnector: Connector = {
  contract: {
    format: "mortise.contract/1",
    name: "sample",
    version: "1.0.0",
    title: "Sample",
    publisher: "mortise",
    settings: { type: "object" },
    hosts: [],
    auth: {},
    budgets: {},
    operations: { works: native(), lasts: native() },
  },
  natives: {
    works: { call: async () => "fine" },
    lasts: {
      call: (_: never, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    },
  },
};
