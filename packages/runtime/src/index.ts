export { createRuntime } from "./create-runtime.ts";
export type { Resolver } from "./egress/resolve-host.ts";
export type { EgressPolicy } from "./egress-policy.ts";
export { outcomeOf } from "./outcome/outcome-of.ts";
export type {
  CallRequest,
  Clock,
  Connection,
  ConnectionRef,
  Runtime,
  RuntimeOptions,
  StreamedPage,
  StreamRequest,
} from "./runtime.ts";
