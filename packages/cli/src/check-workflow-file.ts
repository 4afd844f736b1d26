import type { Diagnostic } from "@mortise/contract";
import type { Registry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { checkWorkflow, parseWorkflow } from "@mortise/workflow";
import type { JsonFile } from "./read-file.ts";

/** All diagnostics of a workflow file, with lines. */
export function checkWorkflowFile(
  read: JsonFile,
  registry: Registry<Connector>,
  connections: readonly string[] | undefined,
): readonly Diagnostic[] {
  const { workflow, diagnostics } = parseWorkflow(read.text);
  if (!workflow) return diagnostics;
  const catalogue = {
    operation: (use: string) => registry.operation(use),
    nearest: (use: string) => registry.nearestOperation(use),
    removed: (use: string) => registry.removed(use),
  };
  const checked = checkWorkflow(workflow, catalogue, { ...(connections ? { connections } : {}), lineOf: read.lineOf });
  return [...diagnostics, ...checked.diagnostics];
}
