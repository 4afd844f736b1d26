import http from "@mortise/connector-http";
import { createRuntime } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";

/** The real runtime with the http connector, allowed to reach this machine. */
export const httpRuntime = () => createRuntime({ connectors: [http], egress: { allow: ["http://127.0.0.1:*"] } });

/** One POST, with or without a header for the idempotency key: its name is an input, so it is known at run time alone. */
export function postOnce(url: string, idempotencyHeader?: string): Workflow {
  return {
    format: "mortise.workflow/1",
    name: "One POST",
    trigger: { use: "manual" },
    nodes: { add: { use: "http/post", with: { url, body: { n: 1 }, ...(idempotencyHeader ? { idempotencyHeader } : {}) } } },
    output: { status: { $cel: "steps.add.output.status" } },
  };
}
