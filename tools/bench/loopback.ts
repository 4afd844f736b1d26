import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Contract } from "@mortise/contract";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";

/** A server on loopback, and a runtime with a declarative connector for it. */
export interface Loopback {
  readonly origin: string;
  readonly runtime: Runtime;
  /** Operation `loopback/read`, a GET; with settings of the budget, or none. */
  readonly connection: (settings?: Connection["settings"]) => Connection;
  close(): Promise<void>;
}

/** Starts the server in a thread of its own, so that its work does not count. */
export async function openLoopback(budgets: Contract["budgets"] = {}): Promise<Loopback> {
  const worker = new Worker(join(import.meta.dirname, "loopback-server.ts"));
  const [port] = (await once(worker, "message")) as [number];
  const origin = `http://127.0.0.1:${port}`;
  const runtime = createRuntime({ connectors: [{ contract: contractWith(budgets), natives: {} }], egress: { allow: [origin] } });
  return {
    origin,
    runtime,
    connection: (settings = {}) => ({
      name: JSON.stringify(settings),
      connector: "loopback",
      settings: { baseUrl: origin, ...settings },
    }),
    close: async () => {
      await runtime.close();
      await worker.terminate();
    },
  };
}

function contractWith(budgets: Contract["budgets"]): Contract {
  const [budget] = Object.keys(budgets);
  return {
    format: "mortise.contract/1",
    name: "loopback",
    version: "1.0.0",
    title: "Loopback",
    publisher: "mortise",
    settings: {
      type: "object",
      properties: { baseUrl: { type: "string" }, rate: { type: "number" } },
      required: ["baseUrl"],
    },
    hosts: ["*"],
    auth: {},
    budgets,
    operations: {
      read: {
        title: "Read",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        output: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } }, required: ["id"] },
        request: { method: "GET", url: { $text: "${settings.baseUrl}/things/${input.id}" }, output: { $cel: "response.body" } },
        identity: [],
        outcomes: [],
        examples: [],
        ...(budget === undefined ? {} : { budget }),
      },
    },
  };
}
