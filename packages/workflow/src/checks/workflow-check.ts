import type { ErrorCode, JsonObject, Severity } from "@mortise/contract";
import type { CheckWorkflowOptions } from "../checker/check-workflow.ts";
import type { Trigger, Workflow } from "../model/document.ts";

/** What the checker says of workflows, explained: a rule, why there is one, and a workflow on either side of it. */
export interface WorkflowCheck {
  readonly code: ErrorCode;
  readonly severity: Severity;
  /** The rule, one sentence. */
  readonly title: string;
  /** What happens to who breaks it. */
  readonly why: string;
  readonly bad: CheckedExample;
  readonly good: CheckedExample;
}

/** A workflow to check. Connections are `crm` and `chat`, see `exampleConnector`. */
export interface CheckedExample {
  readonly nodes: { readonly [name: string]: object };
  /** Absent: `{ "use": "manual" }`. */
  readonly trigger?: Trigger | JsonObject;
  readonly output?: unknown;
  /** Keys of the document that the others do not name. */
  readonly more?: object;
  /** What is known besides the document. */
  readonly options?: CheckWorkflowOptions;
}

/** The document of an example. */
export function exampleWorkflow({ nodes, trigger = { use: "manual" }, output, more }: CheckedExample): Workflow {
  const document = {
    format: "mortise.workflow/1",
    name: "Example",
    trigger,
    nodes,
    ...(output === undefined ? {} : { output }),
    ...more,
  };
  return document as unknown as Workflow;
}

/** What is known of an example besides its document: its connections, and everything that it says itself. */
export function exampleOptions({ options }: CheckedExample): CheckWorkflowOptions {
  return { connections: ["crm", "chat"], advice: true, ...options };
}
