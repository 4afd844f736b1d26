import { isDeepStrictEqual } from "node:util";
import type { Json } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { createRuntime, type RuntimeOptions } from "@mortise/runtime";
import { checkValue, type RunEvent, type Workflow, walkNodes } from "@mortise/workflow";
import { memoryEngine } from "../memory/memory-engine.ts";
import { openRunner, type RunEnd } from "../runner/open-runner.ts";
import { passingClock } from "./passing-clock.ts";
import { nameOf, type PlayedCall, PlayedSystems } from "./played-systems.ts";
import type { Mock, WorkflowTest } from "./workflow-test.ts";

/** What was not as the test says. */
export interface TestFault {
  /** JSON pointer into the test. */
  readonly path: string;
  readonly message: string;
  readonly expected?: Json;
  readonly actual?: Json;
}

/** How a test went. */
export interface TestResult {
  readonly ok: boolean;
  readonly faults: readonly TestFault[];
  readonly end: RunEnd;
  readonly calls: readonly PlayedCall[];
}

/** Options of {@link runWorkflowTest}. */
export interface RunTestOptions {
  readonly connectors: RuntimeOptions["connectors"];
}

const DEFAULT_START = "2026-01-01T00:00:00Z";
/** A run that is not over then waits for something that the test does not bring. */
const LONGEST_MS = 30_000;

/** Runs a workflow with the systems of a test, in memory, waits passing at once, and compares what came of it. */
export async function runWorkflowTest(workflow: Workflow, test: WorkflowTest, options: RunTestOptions): Promise<TestResult> {
  const registry = createRegistry(options.connectors);
  const systems = new PlayedSystems(test.mocks);
  const runtime = createRuntime({ connectors: options.connectors });
  const steps = new Map<string, string>();
  const runLog = {
    record: (event: RunEvent) => void (event.kind === "step" && steps.set(event.path, event.status)),
    flush: async () => {},
  };
  const clock = passingClock(Date.parse(test.startedAt ?? DEFAULT_START));
  const runner = await openRunner({ runtime: systems.around(runtime), engine: memoryEngine({ clock }), registry, runLog });
  try {
    const run = runner.run(workflow, { input: test.input ?? {}, trigger: test.trigger ?? {}, runId: "test" });
    const end = (await Promise.race([run, over(LONGEST_MS)])) ?? (await cancelled(runner.cancel("test"), run));
    const faults = [
      ...mockFaults(workflow, test, (use) => registry.operation(use)?.operation.output),
      ...[...systems.missing].map((step) => ({
        path: `/mocks/${step}`,
        message: `The step "${step}" was called and has no mock.`,
      })),
      ...systems.unused.map((key) => ({ path: `/mocks/${key}`, message: `Nothing called "${key}", so its mock does nothing.` })),
      ...endFaults(test, end),
      ...callFaults(test, systems.calls),
      ...stepFaults(test, steps),
    ];
    return { ok: faults.length === 0, faults, end, calls: systems.calls };
  } finally {
    await runner.close(0);
    await runtime.close();
  }
}

function endFaults({ expect }: WorkflowTest, end: RunEnd): readonly TestFault[] {
  const status = expect.status ?? (expect.error === undefined ? "succeeded" : "failed");
  const faults: TestFault[] = [];
  if (end.status !== status) {
    const why = end.error === undefined ? "" : `: ${end.error.message}`;
    faults.push({ path: "/expect/status", message: `The run ${end.status}${why}`, expected: status, actual: end.status });
  }
  if ("output" in expect && !isDeepStrictEqual(end.output, expect.output))
    faults.push(different("/expect/output", "The output is another one.", expect.output ?? null, end.output ?? null));
  for (const key of ["code", "message"] as const) {
    const wanted = expect.error?.[key];
    const actual = end.error?.[key];
    if (wanted !== undefined && wanted !== actual)
      faults.push(different(`/expect/error/${key}`, "The error is another one.", wanted, actual ?? null));
  }
  return faults;
}

function callFaults({ expect }: WorkflowTest, calls: readonly PlayedCall[]): readonly TestFault[] {
  return Object.entries(expect.calls ?? {}).flatMap(([step, wanted]) => {
    const made = calls.filter(({ place }) => place === step || nameOf(place) === step).map(({ input }) => input);
    const path = `/expect/calls/${step}`;
    if (typeof wanted === "number")
      return made.length === wanted ? [] : [different(path, `"${step}" was called ${made.length} times.`, wanted, made.length)];
    return isDeepStrictEqual(made, wanted) ? [] : [different(path, `"${step}" was called otherwise.`, [...wanted], made)];
  });
}

function stepFaults({ expect }: WorkflowTest, steps: ReadonlyMap<string, string>): readonly TestFault[] {
  return Object.entries(expect.steps ?? {}).flatMap(([place, wanted]) => {
    const actual = steps.get(place) ?? null;
    return actual === wanted ? [] : [different(`/expect/steps/${place}`, `"${place}" did otherwise.`, wanted, actual)];
  });
}

/** A mock that the contract would not allow tests what can no longer happen. */
function mockFaults(
  workflow: Workflow,
  { mocks = {} }: WorkflowTest,
  outputOf: (use: string) => Parameters<typeof checkValue>[1] | undefined,
): readonly TestFault[] {
  const uses = new Map(walkNodes(workflow.nodes).map(({ name, node }) => [name, String(node.use)]));
  return Object.entries(mocks).flatMap(([key, given]) => {
    const use = uses.get(nameOf(key));
    if (use === undefined) return [{ path: `/mocks/${key}`, message: `The workflow has no step "${nameOf(key)}".` }];
    const schema = outputOf(use);
    if (schema === undefined) return [];
    const list = Array.isArray(given) ? (given as readonly Mock[]) : [given as Mock];
    return list.flatMap((mock, index) => {
      if (!("output" in mock)) return [];
      const at = Array.isArray(given) ? `/mocks/${key}/${index}/output` : `/mocks/${key}/output`;
      return checkValue(mock.output, schema).map(({ path, message }) => ({
        path: at + path,
        message: `${use} gives nothing like this: ${message}`,
      }));
    });
  });
}

function different(path: string, message: string, expected: Json, actual: Json): TestFault {
  return { path, message, expected, actual };
}

function over(ms: number): Promise<undefined> {
  return new Promise((resolve) => void setTimeout(() => resolve(undefined), ms).unref());
}

async function cancelled(cancel: Promise<unknown>, run: Promise<RunEnd>): Promise<RunEnd> {
  await cancel;
  const end = await run;
  const message = "The run was still waiting for something that the test does not bring.";
  return { ...end, error: { code: "DEADLINE_EXCEEDED", message } };
}
