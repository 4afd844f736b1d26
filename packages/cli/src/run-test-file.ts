import { basename, dirname, join } from "node:path";
import { type Diagnostic, type JsonSchema, MortiseError } from "@mortise/contract";
import { runWorkflowTest, type TestFault, WORKFLOW_TEST_SCHEMA, type WorkflowTestFile } from "@mortise/engine/testing";
import { createRegistry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { checkValue, parseWorkflow } from "@mortise/workflow";
import { bringDefinitions } from "./bring-definitions.ts";
import { checkWorkflowFile } from "./check-workflow-file.ts";
import { DiagnosticsFailure } from "./failure.ts";
import { readJsonFile } from "./read-file.ts";

/** What one test of a file came to. */
export interface TestReport {
  readonly title: string;
  readonly ok: boolean;
  readonly faults: readonly TestFault[];
  readonly durationMs: number;
}

/** What the tests of a file came to. */
export interface TestFileReport {
  readonly file: string;
  readonly workflow: string;
  readonly tests: readonly TestReport[];
}

/** Runs the tests of a `.test.json`. Throws `UNREADABLE_FILE`, and DiagnosticsFailure for a file or workflow that has faults. */
export async function runTestFile(file: string, connectors: readonly Connector[]): Promise<TestFileReport> {
  const read = await readJsonFile(file);
  const faults = checkValue(read.value, WORKFLOW_TEST_SCHEMA as JsonSchema);
  if (faults.length > 0) throw new DiagnosticsFailure(placed(faults, file, read.lineOf), 2);
  const tests = read.value as unknown as WorkflowTestFile;
  const workflowFile = join(dirname(file), tests.workflow ?? basename(file).replace(/\.test\.json$/, ".json"));
  const source = await readJsonFile(workflowFile);
  const errors = checkWorkflowFile(source, { registry: createRegistry(connectors) }).filter(
    ({ severity }) => severity === "error",
  );
  if (errors.length > 0) throw new DiagnosticsFailure(placed(errors, workflowFile, source.lineOf), 1);
  const { workflow } = parseWorkflow(bringDefinitions(source.value, workflowFile) as object);
  if (workflow === undefined) throw new MortiseError("INVALID_DOCUMENT", `${workflowFile} holds no workflow.`);
  const reports: TestReport[] = [];
  for (const [title, test] of Object.entries(tests.tests)) {
    const started = performance.now();
    const { ok, faults: wrong } = await runWorkflowTest(workflow, test, { connectors });
    reports.push({ title, ok, faults: wrong, durationMs: Math.round(performance.now() - started) });
  }
  return { file, workflow: workflowFile, tests: reports };
}

function placed(found: readonly Diagnostic[], file: string, lineOf: (pointer: string) => number): readonly Diagnostic[] {
  return found.map((each) => ({ ...each, line: each.line ?? lineOf(each.path), message: `${file}: ${each.message}` }));
}
