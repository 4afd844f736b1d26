import { randomBytes } from "node:crypto";
import type { CodeRunner } from "@mortise/contract";
import type { CodePort } from "@mortise/workflow";
import { systemClock } from "../schedule/system-clock.ts";
import { TENANT } from "../strand/idempotency-key.ts";

/** Runs code of workflows where code of connectors runs: in the sandbox, without any host function. */
export function workflowCode(runner: CodeRunner): CodePort {
  return {
    run: ({ source, input, timeoutMs, signal }) =>
      runner.run({
        // The source begins in a line of its own, so that places in it are counted from there.
        source: `async function main(input) {\n${source}\n}`,
        functionName: "main",
        input,
        context: {},
        tenant: TENANT,
        nowMs: systemClock.now(),
        entropy: randomBytes(32).toString("hex"),
        granted: [],
        logBytes: 1,
        wallMs: timeoutMs,
        secrets: [],
        signal,
        locate: (line, column) => (line > 1 ? { file: "source", line: line - 1, column } : undefined),
        ask: async () => ({ ok: false, code: "NOT_ALLOWED", message: "Code of a workflow asks for nothing." }),
        log: () => {},
      }),
  };
}
