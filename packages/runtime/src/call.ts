import type { Shim } from "@mortise/compat";
import type { CallMeta, CallResult, ItemFailure, Json, MortiseError } from "@mortise/contract";
import type { StopController } from "./admission/stop-controller.ts";
import type { ConditionalRead } from "./cache/conditional-read.ts";
import type { OpenConnection } from "./connection/open-connection.ts";
import type { CompiledOperation } from "./operation/compile-operation.ts";
import type { StreamedPage, StreamRequest } from "./runtime.ts";
import type { Services } from "./services.ts";
import type { CallTrace } from "./telemetry/call-trace.ts";

/** A call as it came in. Every stage takes the call so far and returns it with what the stage found out. */
export interface AskedCall {
  readonly services: Services;
  /** `connector[@version]/operation`. */
  readonly use: string;
  readonly request: AskedRequest;
  readonly tenant: string;
  readonly startedAtMs: number;
  readonly trace: CallTrace;
  readonly runner: OperationRunner;
}

/** A request as the pipeline has it. */
export interface AskedRequest extends StreamRequest {
  /** It is made inside of a call that was admitted, so it takes no place of its own. Absent: false. */
  readonly isPart?: boolean;
}

/** Runs another operation through the whole pipeline, for those that are made of several. */
export interface OperationRunner {
  call(use: string, request: AskedRequest): Promise<CallResult>;
  stream(use: string, request: AskedRequest): AsyncGenerator<StreamedPage>;
}

/** After resolve: what is called, and with what. */
export interface ResolvedCall extends AskedCall {
  readonly target: CompiledOperation;
  readonly connection: OpenConnection;
  /** Aborts when the connection's credential is revoked. Undefined: that is not heard of. */
  readonly revoked: AbortSignal | undefined;
  /** How the installed version stands for an older one that was asked for. Its input is carried over already. Undefined: it was asked for itself. */
  readonly shim: Shim | undefined;
}

/** After admit: until when, and how it is stopped. */
export interface AdmittedCall extends ResolvedCall {
  readonly deadlineMs: number;
  /** The deadline on the clock that nobody sets (`Services.elapsedMs`). */
  readonly endsAtMs: number;
  /** Aborts at the deadline, on cancel and when the runtime closes; its reason is a MortiseError. */
  readonly signal: AbortSignal;
  /** What aborts it, where that is the call's own and not one of a part of it. Undefined: it is another's. */
  readonly stop: StopController | undefined;
  /** Gives the place in the bulkhead back. */
  readonly leave: () => void;
}

/** After validate-input: ready to be carried out. */
export interface ReadyCall extends AdmittedCall {
  readonly input: Json;
  readonly key: CallKey;
  /** Whether this call may be sent again after it may have taken effect. */
  readonly repeatable: boolean;
  /** The part that is read, of an operation with `partition`. */
  readonly partition?: Json;
  /** Of a read that is cached by its headers. */
  readonly conditional?: ConditionalRead;
}

/** The idempotency key of a call and the field that carries it; no name where the other side knows none. */
export interface CallKey {
  readonly value: string;
  readonly name: string | undefined;
}

/** What a finished call brought. */
export interface Answer {
  readonly output: Json;
  readonly cached?: boolean;
  /** It was kept for longer than it is fresh, and stands in as the other system fails. */
  readonly stale?: boolean;
  /** Items were left out because a limit was reached. */
  readonly truncated?: boolean;
  /** Of an incremental read: the state to keep. */
  readonly state?: Json;
  /** Items that failed in an answer that is a success as a whole. */
  readonly itemFailures?: readonly ItemFailure[];
  readonly itemFailureCount?: number;
}

/** How a call ended, for record. */
export type Ending = { readonly answer: Answer } | { readonly error: MortiseError };

/** Counters that attempts add to while the call goes on. */
export type Tally = { -readonly [key in keyof Pick<CallMeta, "attempts" | "waitMs">]: number };
