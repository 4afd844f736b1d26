export type { AdmissionOptions } from "./admission/admission.ts";
export type { CircuitChange } from "./admission/host-load.ts";
export { PRIORITIES, type Priority } from "./admission/priority.ts";
export type { CircuitStatus, HostStatus, RuntimeStatus } from "./admission/runtime-status.ts";
export type { TenantQuota } from "./admission/tenant-quota.ts";
export type { ReceivedBody } from "./attempts/receive-answer.ts";
export type { RedisClient } from "./budget/across-workers/redis-client.ts";
export type { RedisOptions } from "./budget/across-workers/shared-budgets.ts";
export type { BudgetStatus } from "./budget/across-workers/worker-link.ts";
export type { CodeRecording, RecordedAnswer } from "./code/code-recording.ts";
export {
  type CodeStateEntry,
  type CodeStatePlace,
  type CodeStatePut,
  type CodeStateStore,
  type KeptCodeValue,
  memoryCodeState,
  putCodeValue,
} from "./code/code-state.ts";
export { type ReplayOptions, replayCode } from "./code/replay-code.ts";
export type { AuthorizationKept, AuthorizationReply, AuthorizationRequest, ConnectionStart } from "./connection/authorization.ts";
export type { AuthorizationDelivery } from "./connection/authorization-delivery.ts";
export type { DeviceReply, DeviceRequest } from "./connection/device-authorization.ts";
export type { Disconnection, DisconnectOptions, DisconnectStep } from "./connection/disconnect.ts";
export type { KeepAliveRequest } from "./connection/keep-alive.ts";
export { findingOf } from "./connection/report-health.ts";
export { createRuntime } from "./create-runtime.ts";
export type { FieldOption, FieldsRequest, OptionPage, OptionsRequest } from "./dynamic/dynamic-request.ts";
export type { ProxySettings } from "./egress/proxy-route.ts";
export type { Resolver } from "./egress/resolve-host.ts";
export type { TransportName } from "./egress/transport.ts";
export type { EgressPolicy } from "./egress-policy.ts";
export {
  type CallHook,
  type EventHook,
  HOOK_POINTS,
  type Hook,
  type HookChange,
  type HookedCall,
  type HookedEvent,
  type HookedRun,
  type HookedRunEnd,
  type HookedValue,
  type HookedView,
  type HookPoint,
  type HookRefusal,
  type HookVerdict,
  type IngestionHook,
  type OrchestrationHook,
  type PresentationHook,
  RUN_HOOK_POINTS,
  type RunEndHook,
  type RunHook,
  type RunHookPoint,
  type RunStartHook,
  type RunViewHook,
  type TransformationHook,
} from "./hooks/hook.ts";
export { createRunHooks, type PassedHook, type RunHooks, type ShownValue } from "./hooks/run-hooks.ts";
export { outboundKey } from "./idempotency/outbound-key.ts";
export type { CrashBudgetOptions, Quarantined } from "./lifecycle/crash-budget.ts";
export type { Drained } from "./lifecycle/drains.ts";
export { type FeatureFlag, type FlagGate, type FlagList, flagFault } from "./lifecycle/feature-flags.ts";
export type { Held, Hold, HoldState } from "./lifecycle/holds.ts";
export { type KillEntry, type KillList, killFault } from "./lifecycle/kill-list.ts";
export type { FlagOptions, KillListOptions, LifecycleOptions } from "./lifecycle/lifecycle.ts";
export type { ConnectorHandle, DrainOptions, LifecycleHandle } from "./lifecycle/lifecycle-handle.ts";
export type { LifecycleChange, LifecycleStatus, ListState } from "./lifecycle/lifecycle-status.ts";
export type { ListSource } from "./lifecycle/list-source.ts";
export type { ListOptions } from "./lifecycle/watched-list.ts";
export { createFileAccess, type FileRoots } from "./native/file-access.ts";
export { type AnswerClass, classifyAnswer, type PlainAnswer } from "./outcome/classify-answer.ts";
export { outcomeOf } from "./outcome/outcome-of.ts";
export type {
  CallRequest,
  Clock,
  CloseOptions,
  Connection,
  ConnectionRef,
  Runtime,
  RuntimeOptions,
  StreamedPage,
  StreamRequest,
} from "./runtime.ts";
export { ATTRIBUTIONS, type Attribution, attributionOf } from "./telemetry/attribution.ts";
export { type BaggageParts, withBaggage } from "./telemetry/baggage.ts";
export type { CallTally } from "./telemetry/call-tally.ts";
export {
  LABELS,
  type LabelName,
  METRICS,
  type MetricKind,
  type MetricName,
  type MetricSpec,
} from "./telemetry/metric-catalogue.ts";
export { prometheusName } from "./telemetry/prometheus-name.ts";
export {
  ATTRIBUTES,
  type AttributeSpec,
  BAGGAGE,
  LOG_EVENTS,
  SEMANTIC_ATTRIBUTES,
  SPANS,
  type SpanSpec,
} from "./telemetry/span-catalogue.ts";
export { recordWorkflowMetric, type WorkflowMetric } from "./telemetry/workflow-metric.ts";
export type { CheckedEvents, InvalidEvent } from "./triggers/checked-events.ts";
export { DeliveryMemory } from "./triggers/delivery-memory.ts";
export { eventId } from "./triggers/event-id.ts";
export type { ListenedEvent, ListenRequest } from "./triggers/listen.ts";
export type { TriggerRequest } from "./triggers/open-trigger.ts";
export type { PollRequest, PollResult } from "./triggers/poll.ts";
export {
  type ChallengeAnswer,
  receiveWebhook,
  type WebhookDelivery,
  type WebhookResult,
} from "./triggers/receive-webhook.ts";
export type { SubscribedRequest, SubscribeRequest, Subscription } from "./triggers/subscription.ts";
export { type DeliveryMark, type DeliveryProof, type UnverifiedDelivery, verifyDelivery } from "./triggers/verify-delivery.ts";
export type { Upload } from "./uploads/upload.ts";
