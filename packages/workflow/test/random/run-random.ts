import { type Diagnostic, isMortiseError, type Json } from "@mortise/contract";
import {
  createInterpreter,
  MemoryDeadLetters,
  MemoryNodeState,
  MemorySagas,
  MemoryWaits,
  type RunEvent,
  type Workflow,
  walkNodes,
} from "../../src/index.ts";
import { checkJson } from "../../src/schema/check-json.ts";
import { JournalEngine } from "../support/journal-engine.ts";
import { CANARY, FakeVendor } from "./fake-vendor.ts";

const BODY = { title: "t", count: 3, sure: true, words: ["a", "b"], mail: CANARY };
/** What a workflow asks for itself. */
const ALLOWED = ["WORKFLOW_FAILED_ITSELF", "RUN_CANCELLED"];
/** What depends on a value, and no type can tell: a text that is no duration, moment or short enough key, a number out of range. */
const OF_VALUES =
  /is no duration|is no moment|The key of an event is a text|The status has to be|A count only grows|rounds, and its condition/;

/** What a run came to. */
export interface Ran {
  readonly output: Json | undefined;
  readonly failures: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly vendor: FakeVendor;
}

/** Runs a workflow in memory, with everything that nodes can ask for. */
export async function runRandom(workflow: Workflow): Promise<Ran> {
  const vendor = new FakeVendor();
  const events: RunEvent[] = [];
  const now = () => engine.nowMs;
  let secrets = 0;
  const ports = {
    operations: vendor,
    workflows: { get: async (hash: string) => (hash === "h" ? workflow : SUB), find: async () => "sub" },
    now,
    log: { record: (event: RunEvent) => void events.push(event), flush: async () => {} },
    state: new MemoryNodeState(now),
    sagas: new MemorySagas(),
    deadLetters: new MemoryDeadLetters(now),
    waits: new MemoryWaits({ now, secret: () => `secret-${++secrets}`, wake: async () => {} }),
    code: { run: async () => ({ x: 1 }) },
  };
  const engine: JournalEngine = new JournalEngine(() => createInterpreter(ports), "run-1", {
    abi: 1,
    workflowHash: "h",
    trigger: { body: BODY },
  });
  const failures: { path: string; code: string; message: string }[] = [];
  let output: Json | undefined;
  try {
    output = await engine.run();
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    failures.push({ path: "", code: error.data.code, message: error.data.message });
  }
  for (const event of events)
    if (event.kind === "step" && event.status === "failed" && event.error)
      failures.push({ path: event.path, code: event.error.code, message: event.error.message });
  return { output, failures, vendor };
}

const SUB: Workflow = { format: "mortise.workflow/1", name: "Sub", trigger: { use: "manual" }, nodes: {}, output: 1 };

/** What went wrong in a run of a workflow that was let pass, in words; empty: nothing that was promised. */
export function brokenPromises(
  workflow: Workflow,
  diagnostics: readonly Diagnostic[],
  types: object,
  ran: Ran,
): readonly string[] {
  const warned = new Set(
    walkNodes(workflow.nodes).flatMap(({ name, pointer }) =>
      diagnostics.some(({ code, path }) => code === "DATA_NOT_ALLOWED" && path.startsWith(`${pointer}/`)) ? [name] : [],
    ),
  );
  const isRisky = diagnostics.some(
    ({ severity, code }) => severity === "info" && ["WRONG_TYPE", "EXPRESSION_FAILED"].includes(code),
  );
  const found: string[] = [];
  for (const { path, code, message } of ran.failures) {
    if (ALLOWED.includes(code) || OF_VALUES.test(message)) continue;
    if (isRisky && ["EXPRESSION_FAILED", "TRANSFORM_FAILED", "WRONG_TYPE", "INVALID_VALUE", "EXPRESSION_LIMIT"].includes(code))
      continue;
    found.push(`${path}: ${code} ${message}`);
  }
  if (!isRisky)
    for (const { stepPath, why } of ran.vendor.refused) found.push(`${stepPath} sent what the operation refuses: ${why}`);
  for (const node of ran.vendor.leaks) if (!warned.has(node)) found.push(`${node} sent personal data and nothing was said`);
  const steps = (ran.output ?? {}) as { readonly [node: string]: { readonly status: string; readonly output: Json } };
  for (const [name, { status, output }] of Object.entries(steps)) {
    const type = (types as { readonly [node: string]: { readonly output: never } })[name]?.output;
    const use = workflow.nodes[name]?.use;
    if (status !== "succeeded" || use === "acme@1/rows") continue;
    const [fault] = checkJson(output, type ?? true);
    if (fault)
      found.push(
        `${name} (${use}) came to ${JSON.stringify(output).slice(0, 80)}, which its type does not have: ${fault.message}`,
      );
  }
  return found;
}
