export { type FoundOperation, needsConnection, type OperationCatalogue } from "./checker/catalogue.ts";
export type { NodeTypes } from "./checker/check-context.ts";
export { type CheckedWorkflow, type CheckWorkflowOptions, checkWorkflow } from "./checker/check-workflow.ts";
export type { ConnectionFacts } from "./checker/connection-facts.ts";
export type { DataPolicy, DataRule, DataSink } from "./checker/data-policy.ts";
export { outletsOf } from "./graph/certainty.ts";
export { type PlacedNode, slotsOf, walkNodes } from "./graph/walk-nodes.ts";
export { createInterpreter } from "./interpreter/create-interpreter.ts";
export type { InterpreterPorts } from "./interpreter/execution.ts";
export type { RepeatFacts } from "./interpreter/repeat/repeat-facts.ts";
export { type RepeatedRun, type RepeatStart, repeatInput } from "./interpreter/repeat/repeat-input.ts";
export { MemoryDeadLetters } from "./memory/memory-dead-letters.ts";
export { checkSize, MemoryNodeState, MOST_ENTRIES, spaceIsFull } from "./memory/memory-node-state.ts";
export { MemorySagas } from "./memory/memory-sagas.ts";
export {
  EVENT_KEPT_MS,
  KEPT_OF_A_KEY,
  KEPT_OF_A_NAME,
  MemoryWaits,
  type MemoryWaitsOptions,
  MOST_ANSWERS,
} from "./memory/memory-waits.ts";
export { canonicalJson } from "./model/canonical-json.ts";
export type { ComputedValue, NodeSet, Trigger, TriggerOrder, Workflow, WorkflowNode } from "./model/document.ts";
export { type ParsedWorkflow, parseWorkflow } from "./model/parse-workflow.ts";
export { workflowHash } from "./model/workflow-hash.ts";
export { WORKFLOW_SCHEMA } from "./model/workflow-schema.ts";
export type { CoreNode, NodeSpec } from "./nodes/core-node.ts";
export { coreNodes } from "./nodes/core-nodes.ts";
export type { AnswerPort, WebhookAnswer } from "./ports/answer-port.ts";
export type { CodePort, CodeRequest } from "./ports/code-port.ts";
export type { DeadLetter, DeadLetterStore, KeptDeadLetter } from "./ports/dead-letter-store.ts";
export type { DurableContext, Program, Settled, StepAttempt, Strand } from "./ports/durable-context.ts";
export type { DurableEngine, EndStatus, RunStatus, RunView, ScheduleSpec, StartRequest } from "./ports/durable-engine.ts";
export type { IntentStore } from "./ports/intent-store.ts";
export type { MetricPoint, MetricPort } from "./ports/metric-port.ts";
export type { NodeStateStore, StateChange, StateEntry, StateKey, StateLimits } from "./ports/node-state.ts";
export type { OperationCall, OperationFacts, OperationPort, RunPriority, StreamPage } from "./ports/operation-port.ts";
export type { NotifyPeople, PersonNotice } from "./ports/person-notice.ts";
export type { HookedEnd, HookedStart, PassedOverHook, RunHookPort } from "./ports/run-hook-port.ts";
export type { RunEnded, RunEvent, RunLog, RunProgress, RunStarted, StepChanged } from "./ports/run-log.ts";
export type { KeptSagaStep, KeptSagas, SagaContext, SagaStep, SagaStepState, SagaStore } from "./ports/saga-store.ts";
export {
  type AnswerVerdict,
  type EventDelivery,
  type OpenedWait,
  type TaskRequest,
  WAKE_SIGNAL,
  type WaitAnswer,
  type WaitDesk,
  type WaitKind,
  type WaitQuery,
  type WaitRequest,
  type WaitState,
  type WaitStore,
  type WaitView,
} from "./ports/wait-store.ts";
export { checkJson as checkValue } from "./schema/check-json.ts";
export { checkPayload } from "./triggers/check-payload.ts";
export { completeTrigger } from "./triggers/complete-trigger.ts";
export { findConnectorTrigger } from "./triggers/connector-trigger.ts";
export { nextTicks } from "./triggers/next-ticks.ts";
export { SIGNATURE_SCHEMES, signatureScheme } from "./triggers/signature-schemes.ts";
export { type CoreTrigger, TRIGGER_FLOW, TRIGGER_KINDS, type TriggerKind } from "./triggers/trigger-kinds.ts";
