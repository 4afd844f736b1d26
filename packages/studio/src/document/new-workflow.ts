import type { Workflow } from "@mortise/workflow";

/** A workflow with nothing in it: started by hand, no step. */
export function newWorkflow(name: string): Workflow {
  return { format: "mortise.workflow/1", name, trigger: { use: "manual" }, nodes: {} };
}
