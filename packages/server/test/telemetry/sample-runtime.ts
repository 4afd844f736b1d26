import { createRuntime, type Runtime } from "@mortise/runtime";
import type { Connector } from "@mortise/sdk";

const native = (effect: "read" | "send") => ({
  title: "Sample",
  effect,
  idempotency: "natural" as const,
  scopes: [],
  input: {},
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
  native: { reason: "test", uses: [] },
});
const sample: Connector = {
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
    operations: { works: native("read"), fails: native("send") },
  },
  natives: {
    works: { call: async () => "fine" },
    fails: {
      call: async () => {
        throw new Error("no");
      },
    },
  },
};

/** A runtime with one operation that works and one that fails, both in this process. */
export const sampleRuntime = (): Runtime => createRuntime({ connectors: [sample] });
