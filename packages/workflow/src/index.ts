export type { ComputedValue, NodeSet, Trigger, Workflow, WorkflowNode } from "./model/document.ts";
export type { DurableContext, Program, Settled, StepAttempt, Strand } from "./ports/durable-context.ts";
export type { DurableEngine, RunStatus, RunView, ScheduleSpec, StartRequest } from "./ports/durable-engine.ts";
export type { IntentStore } from "./ports/intent-store.ts";
export type { OperationCall, OperationFacts, OperationPort, StreamPage } from "./ports/operation-port.ts";
export type { RunEnded, RunEvent, RunLog, RunProgress, RunStarted, StepChanged } from "./ports/run-log.ts";
