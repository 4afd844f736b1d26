import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { type JsonSchema, MortiseError } from "@mortise/contract";
import { recordTest, WORKFLOW_TEST_SCHEMA, type WorkflowTestFile } from "@mortise/engine/testing";
import { checkValue, type RunEvent, type Workflow } from "@mortise/workflow";
import type { Output } from "./output.ts";
import { readJsonFile } from "./read-file.ts";
import { writeWhole } from "./write-whole.ts";

/** What a run is recorded of. */
interface Recorded {
  /** The workflow's file. */
  readonly file: string;
  readonly workflow: Workflow;
  readonly out: Output;
}

/** Writes a test of a run into a file, beside the tests that are there. Throws `UNWRITABLE_FILE`, `INVALID_DOCUMENT`. */
export async function recordRun(target: string, events: readonly RunEvent[], { file, workflow, out }: Recorded): Promise<void> {
  const { test, left } = recordTest(events);
  const before = existsSync(target) ? ((await readJsonFile(target)).value as unknown as WorkflowTestFile) : undefined;
  if (before !== undefined && checkValue(before as never, WORKFLOW_TEST_SCHEMA as JsonSchema).length > 0)
    throw new MortiseError("INVALID_DOCUMENT", `${target} is there and holds no tests of a workflow; it was left as it is.`, {
      remedy: "Name another file.",
    });
  const tests = before?.tests ?? {};
  const title = freeTitle(`${workflow.name}: ${test.expect.status ?? "succeeded"}`, tests);
  const beside = relative(dirname(resolve(target)), resolve(file));
  const whole: WorkflowTestFile = {
    format: "mortise.workflow-test/1",
    workflow: beside,
    ...before,
    tests: { ...tests, [title]: test },
  };
  await writeWhole(target, `${JSON.stringify(whole, null, 2)}\n`);
  out.log(`Recorded "${title}" in ${target}.`);
  for (const line of left) out.log(line);
}

function freeTitle(title: string, tests: WorkflowTestFile["tests"]): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? title : `${title} (${n})`;
    if (!Object.hasOwn(tests, candidate)) return candidate;
  }
}
