export { CONTROL } from "./control/control-answer.ts";
export { BUILT_IN_SCENARIOS } from "./scenarios/built-in-scenarios.ts";
export { namedScenario, type ParsedScenario, parseScenario } from "./scenarios/parse-scenario.ts";
export type {
  JobBehaviour,
  Latency,
  ResetForm,
  Scenario,
  ScenarioEffect,
  ScenarioRule,
  WebhookBehaviour,
} from "./scenarios/scenario.ts";
export { SCENARIO_SCHEMA } from "./scenarios/scenario-schema.ts";
export type { ScenarioChoice } from "./scenarios/stage.ts";
export type { SimulatedConnection } from "./sign-in/simulated-connection.ts";
export {
  createSimulator,
  type SimulatedExchange,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
} from "./simulator.ts";
export type { CollectionDocument, Entity, StateDocument } from "./state/entity-store.ts";
export type { SimulatorState } from "./state/simulator-state.ts";
export type { SimulatorClock } from "./time/simulator-clock.ts";
export { type VirtualClock, type VirtualClockOptions, virtualClock } from "./time/virtual-clock.ts";
export type { SimulatedDelivery, SimulatedSubscription, SimulatedWebhooks } from "./webhooks/webhook-book.ts";
