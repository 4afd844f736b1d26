import type { CustomCode, HealthReporter, PlainCredential, TokenSource } from "@mortise/auth";
import type { CodeRunner } from "@mortise/contract";
import type { Registry } from "@mortise/registry";
import type { Connector, FileAccess } from "@mortise/sdk";
import type { Admission } from "./admission/admission.ts";
import type { Budgets } from "./budget/open-budgets.ts";
import type { AnswerCache } from "./cache/answer-cache.ts";
import type { HeaderCache } from "./cache/header-cache.ts";
import type { CodeStateStore } from "./code/code-state.ts";
import type { OpenedConnections } from "./connection/opened-connections.ts";
import type { Dialer } from "./egress/dialer.ts";
import type { EgressClient } from "./egress/egress-client.ts";
import type { EgressGuard } from "./egress/egress-guard.ts";
import type { HedgeBook } from "./hedging/hedge-book.ts";
import type { Hooks } from "./hooks/hooks.ts";
import type { Drains } from "./lifecycle/drains.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { ResourcePool } from "./native/resource-pool.ts";
import type { RetryBudgets } from "./retry/retry-budgets.ts";
import type { Clock, Connection } from "./runtime.ts";
import type { CallLog } from "./telemetry/call-log.ts";
import type { CallTally } from "./telemetry/call-tally.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { TracedHosts } from "./telemetry/pass-traceparent.ts";

/** What one runtime owns and its stages share. */
export interface Services extends Budgets {
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly customCode: CustomCode | undefined;
  /** Undefined: operations in code are refused. */
  readonly code: CodeRunner | undefined;
  readonly codeState: CodeStateStore;
  readonly registry: Registry<Connector>;
  readonly connections: ((name: string, tenant: string, runId?: string) => Promise<Connection | undefined>) | undefined;
  readonly clients: ((connector: string, auth: string, tenant: string) => Promise<PlainCredential | undefined>) | undefined;
  readonly trustedPublishers: ReadonlySet<string>;
  readonly guard: EgressGuard;
  readonly dialer: Dialer;
  readonly egress: EgressClient;
  readonly tokens: TokenSource;
  /** Undefined: nobody listens. */
  readonly health: HealthReporter | undefined;
  readonly files: FileAccess;
  readonly resources: ResourcePool;
  readonly retryBudgets: RetryBudgets;
  readonly hedges: HedgeBook;
  readonly cache: AnswerCache;
  readonly headerCache: HeaderCache;
  readonly metrics: Metrics;
  readonly tally: CallTally | undefined;
  readonly callLog: CallLog;
  /** Hosts that are told the trace of a call. Undefined: none. */
  readonly traced: TracedHosts | undefined;
  /** Connections that were opened lately. */
  readonly opened: OpenedConnections;
  readonly admission: Admission;
  readonly lifecycle: Lifecycle;
  readonly drains: Drains;
  readonly hooks: Hooks;
  /** Aborted by `close()`. */
  readonly closing: AbortSignal;
}
