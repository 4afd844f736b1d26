import { type Diagnostic, type Json, readJson } from "@mortise/contract";
import type { Registry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { type CheckWorkflowOptions, checkWorkflow, parseWorkflow, type Workflow } from "@mortise/workflow";
import { bringDefinitions } from "./bring-definitions.ts";
import type { JsonFile } from "./read-file.ts";

/** What is known besides a workflow. */
export interface WorkflowSurroundings {
  readonly registry: Registry<Connector>;
  /** Names of connections. Absent: any name is accepted. */
  readonly connections?: readonly string[];
  /** Says also what no run fails of. */
  readonly advice?: boolean;
}

/** All diagnostics of a workflow file, with lines. */
export function checkWorkflowFile(
  { file, text, lineOf }: Pick<JsonFile, "text" | "lineOf"> & Partial<Pick<JsonFile, "file">>,
  { registry, connections, advice = false }: WorkflowSurroundings,
): readonly Diagnostic[] {
  const alone = parseWorkflow(text);
  if (!alone.workflow) return alone.diagnostics;
  const { workflow, diagnostics } = withDefinitions(alone.workflow, alone.diagnostics, file);
  const catalogue = {
    operation: (use: string) => registry.operation(use),
    nearest: (use: string) => registry.nearestOperation(use),
    removed: (use: string) => registry.removed(use),
  };
  const today = new Date().toISOString().slice(0, "2026-01-01".length);
  const options: CheckWorkflowOptions = { ...(connections && { connections }), lineOf, advice, today };
  const checked = checkWorkflow(workflow, catalogue, options);
  return [...diagnostics, ...checked.diagnostics];
}

function withDefinitions(workflow: Workflow, diagnostics: readonly Diagnostic[], file: string | undefined) {
  const brought = file === undefined ? workflow : (bringDefinitions(workflow as unknown as Json, file) as unknown as Workflow);
  // Its shape is told with lines already; it is read again as what was brought makes it another document.
  return { workflow: brought === workflow ? workflow : (parseWorkflow(brought).workflow ?? workflow), diagnostics };
}

/** All diagnostics of a workflow that is no file yet, as the text that it would be. */
export function checkWorkflowText(document: Json, surroundings: WorkflowSurroundings): readonly Diagnostic[] {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return checkWorkflowFile({ text, lineOf: readJson(text).lineOf }, surroundings);
}
