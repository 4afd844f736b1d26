import type { Diagnostic, Effect, ErrorData, Json, JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import type { RunProgress, StepChanged, Workflow } from "@mortise/workflow";
import type { RunStatusName } from "../runs/run-state.ts";

/** Bodies of the HTTP API `/api/v1` that the pages read. */
export interface Session {
  readonly user: { readonly name: string };
  readonly demo: boolean;
  readonly version: string;
}

export interface ConnectorSummary {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description?: string;
  readonly publisher: string;
  readonly categories: readonly string[];
  readonly auth: readonly string[];
  readonly kind: "declarative" | "code" | "native";
  readonly needsConnection: boolean;
  readonly operations: readonly OperationSummary[];
}

export interface OperationSummary {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly effect: Effect;
  readonly stream: boolean;
}

/** One choice of a field that an operation feeds. */
export interface Choice {
  readonly value: Json;
  readonly label: string;
}

export interface ChoicePage {
  readonly options: readonly Choice[];
  /** Cursor of the next page; null: this is the last. */
  readonly next: Json;
}

export interface CoreNode {
  readonly use: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly params: JsonSchemaObject;
  readonly outlets?: readonly string[];
}

/** A way to start a workflow. */
export interface TriggerSummary {
  readonly use: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
  /** Of a connector's trigger. */
  readonly connector?: string;
  readonly needsConnection?: boolean;
}

export interface Described {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly params: JsonSchemaObject;
}

/** How a connection does. */
export interface Health {
  readonly state: "ok" | "expiring" | "refreshing" | "degraded" | "needs_reauth" | "revoked" | "misconfigured" | "unknown";
  readonly message?: string;
  readonly checkedAtMs?: number;
  /** Whether it works again only after its owner did something. */
  readonly needsOwner: boolean;
}

/** Why calls of a connection are refused or wait; what is absent is no reason. */
export interface Standing {
  readonly refusal?: { readonly code: string; readonly message: string; readonly remedy?: string };
  readonly hold?: {
    readonly state: "paused" | "draining";
    readonly reason: string;
    readonly actor: string;
    readonly sinceMs: number;
  };
  readonly circuit?: {
    readonly state: "open" | "half-open";
    /** `""`: what is called has no host. */
    readonly host: string;
    readonly isShared: boolean;
    readonly sinceMs: number;
    readonly untilMs: number;
    readonly processes: number;
  };
  readonly waiting?: { readonly host: string; readonly calls: number; readonly inFlight: number; readonly limit: number };
}

export interface Connection {
  readonly name: string;
  readonly connector: string;
  readonly settings: JsonObject;
  readonly auth?: string;
  readonly hasCredential: boolean;
  readonly health: Health;
  readonly schemeKind: string;
  /** How a person signs in; absent: nobody does. */
  readonly connect?: "redirect" | "device";
  readonly isConnected: boolean;
  readonly canReconnect: boolean;
  /** What its account is called. */
  readonly label?: string;
  readonly expiresAtMs?: number;
  readonly connectedAtMs?: number;
  readonly usedBy: readonly { readonly id: string; readonly name: string }[];
  readonly standing: Standing;
}

export interface ConnectionTest {
  readonly outcome: string;
  readonly message: string;
  readonly durationMs: number;
}

export interface WorkflowSummary {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly trigger: string;
  readonly revision: number;
  readonly active: boolean;
  readonly updatedAtMs: number;
  readonly nodeCount: number;
  readonly lastRuns: readonly { readonly runId: string; readonly status: RunStatusName; readonly startedAtMs: number }[];
}

export interface StoredWorkflow {
  readonly id: string;
  readonly revision: number;
  readonly active: boolean;
  readonly document: Workflow;
  readonly webhookUrl?: string;
  readonly formUrl?: string;
}

export interface Check {
  readonly diagnostics: readonly Diagnostic[];
  readonly types: { readonly nodes: { readonly [node: string]: { readonly output?: JsonSchema; readonly scope?: JsonSchema } } };
}

export interface RunSummary {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly revision: number;
  readonly status: RunStatusName;
  readonly trigger: string;
  /** It called simulated systems instead of real ones. */
  readonly simulated: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly durationMs?: number;
  readonly error?: ErrorData;
  /** The run that it repeats. */
  readonly repeats?: string;
}

export interface StoredRun {
  readonly run: RunSummary;
  readonly document: Workflow;
  readonly input: Json;
  readonly output?: Json;
  readonly steps: readonly StepChanged[];
  readonly progress: readonly RunProgress[];
  readonly error?: ErrorData;
  /** Number of the last event that this answer holds. */
  readonly lastEventId?: number;
}

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly receivedAtMs: number;
}
