import type { CircuitState } from "@mortise/auth";
import type { BudgetStatus } from "../budget/across-workers/worker-link.ts";
import type { LifecycleStatus } from "../lifecycle/lifecycle-status.ts";
import type { Priority } from "./priority.ts";

/** How a runtime is doing, as far as it is known without asking anybody. */
export interface RuntimeStatus {
  /** Calls in progress, those that wait for a place, and the most there may be. */
  readonly calls: { readonly inFlight: number; readonly waiting: number; readonly limit: number };
  /** Calls that were turned away unsent since the start, by their priority. */
  readonly shed: { readonly [priority in Priority]: number };
  /** Circuits that are not closed, 1,000 at most. */
  readonly circuits: readonly CircuitStatus[];
  /** Hosts that were called lately, 1,000 at most, the latest first. */
  readonly hosts: readonly HostStatus[];
  /** Whether budgets are kept by this process alone, shared with other workers, or cut off from them. */
  readonly budgets: BudgetStatus;
  /** What is paused, drained, killed, quarantined. */
  readonly lifecycle: LifecycleStatus;
}

export interface CircuitStatus {
  readonly connector: string;
  /** `""`: what is called has no host, as a database. */
  readonly host: string;
  /** Absent: the circuit that all connections to the host share. */
  readonly connection?: string;
  readonly tenant?: string;
  readonly state: Exclude<CircuitState, "closed">;
  /** Since when it is not closed, epoch ms. */
  readonly sinceMs: number;
  /** When it lets calls out again to try, epoch ms. */
  readonly untilMs: number;
}

export interface HostStatus {
  readonly connector: string;
  readonly host: string;
  readonly circuit: CircuitState;
  /** Calls at once that the host is found to take. */
  readonly limit: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Calls of the last 30 s, and those of them that failed for a reason of the host's. */
  readonly calls: number;
  readonly failures: number;
}
