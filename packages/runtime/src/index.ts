export type { EgressPolicy } from "./egress-policy.ts";
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
