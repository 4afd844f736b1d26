import { callChecks } from "./call-checks.ts";
import { costChecks } from "./cost-checks.ts";
import { dataChecks } from "./data-checks.ts";
import { graphChecks } from "./graph-checks.ts";
import { shapeChecks } from "./shape-checks.ts";
import { typeChecks } from "./type-checks.ts";
import type { WorkflowCheck } from "./workflow-check.ts";

/** Everything that is said of a workflow before it runs, each rule with a workflow that breaks it and one that keeps it. */
export const workflowChecks: readonly WorkflowCheck[] = Object.freeze([
  ...shapeChecks,
  ...graphChecks,
  ...typeChecks,
  ...callChecks,
  ...dataChecks,
  ...costChecks,
]);
