import type { EgressClient } from "../egress/egress-client.ts";

/** What a lifecycle needs of its runtime. */
export interface LifecyclePorts {
  readonly egress: EgressClient;
  readonly closing: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
  /** Keeps no process alive. Rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
