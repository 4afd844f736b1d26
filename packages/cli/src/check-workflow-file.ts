import { type Diagnostic, type Json, readJson } from "@mortise/contract";
import type { Registry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { type CheckWorkflowOptions, checkWorkflow, parseWorkflow } from "@mortise/workflow";
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
  { text, lineOf }: Pick<JsonFile, "text" | "lineOf">,
  { registry, connections, advice = false }: WorkflowSurroundings,
): readonly Diagnostic[] {
  const { workflow, diagnostics } = parseWorkflow(text);
  if (!workflow) return diagnostics;
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

/** All diagnostics of a workflow that is no file yet, as the text that it would be. */
export function checkWorkflowText(document: Json, surroundings: WorkflowSurroundings): readonly Diagnostic[] {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return checkWorkflowFile({ text, lineOf: readJson(text).lineOf }, surroundings);
}
