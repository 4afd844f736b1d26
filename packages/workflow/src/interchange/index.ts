export { importArazzo } from "./arazzo/import-arazzo.ts";
export type { ImportedStep, ImportedWorkflow } from "./imported-workflow.ts";
export { importN8n } from "./n8n/import-n8n.ts";
