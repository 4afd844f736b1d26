export { exampleConnector } from "./example-connector.ts";
export { type CheckedExample, exampleOptions, exampleWorkflow, type WorkflowCheck } from "./workflow-check.ts";
export { workflowChecks } from "./workflow-checks.ts";
