import type { CallResult, FollowUp, Json } from "@mortise/contract";

/** How the interpreter reaches connectors: the runtime stands behind it. */
export interface OperationPort {
  call(request: OperationCall): Promise<CallResult>;
  /** Reads the next page of a stream operation, from `cursor` on. */
  readPage(request: OperationCall & { readonly cursor: Json; readonly pageSize: number }): Promise<CallResult<StreamPage>>;
  /** Facts the interpreter needs about an operation; undefined: not installed. */
  describe(use: string): OperationFacts | undefined;
}

/** What started a run, as far as it says how urgent its calls are: somebody waits; an event; a clock; it catches up on what can wait. */
export type RunPriority = "interactive" | "webhook" | "scheduled" | "backfill";

export interface OperationCall {
  /** `connector[@major]/operation`, e.g. `acme-crm@1/createContact`. */
  readonly use: string;
  /** Name of the connection; absent where the connector needs none. */
  readonly connection?: string;
  readonly input: Json;
  readonly runId: string;
  /** Place of the node, e.g. `load[3]/upsert`. */
  readonly stepPath: string;
  readonly idempotencyKey: string;
  /** Since when the call may have taken effect, epoch ms. Absent: nothing is in doubt. */
  readonly inDoubtSinceMs?: number;
  readonly signal: AbortSignal;
  /** W3C trace context of the surrounding span. */
  readonly traceparent?: string;
  /** Check mode: writes are validated and described, never sent. */
  readonly dryRun?: boolean;
  /** Absent: interactive. */
  readonly priority?: RunPriority;
}

export interface StreamPage {
  readonly items: readonly Json[];
  /** Where the next page starts; null: this was the last page. */
  readonly next: Json;
}

export interface OperationFacts {
  readonly effect: "read" | "create" | "update" | "delete" | "send" | "execute";
  /**
   * Repeats are harmless as far as the contract says: reads, natural idempotency, or a key. Whether a call has a field for its key may
   * be known only with its input (an expression); the runtime then passes the commit point, and ends as `unknown` what it cannot repeat.
   */
  readonly repeatable: boolean;
  /** Pointer to the array in the output when the operation streams. */
  readonly streamItems?: string;
  /** What undoes it: an operation of the same connector, and its input from `input` and `output`. Absent: not said. */
  readonly compensate?: FollowUp;
}
