import type { Json } from "@mortise/contract";
import type { Workflow } from "../model/document.ts";
import type { AnswerPort } from "../ports/answer-port.ts";
import type { CodePort } from "../ports/code-port.ts";
import type { DeadLetterStore } from "../ports/dead-letter-store.ts";
import type { DurableContext } from "../ports/durable-context.ts";
import type { MetricPort } from "../ports/metric-port.ts";
import type { NodeStateStore } from "../ports/node-state.ts";
import type { OperationPort, RunPriority } from "../ports/operation-port.ts";
import type { NotifyPeople } from "../ports/person-notice.ts";
import type { RunHookPort } from "../ports/run-hook-port.ts";
import type { RunLog } from "../ports/run-log.ts";
import type { SagaStore } from "../ports/saga-store.ts";
import type { WaitStore } from "../ports/wait-store.ts";
import type { PageCache } from "./loop/page-cache.ts";
import type { WorkflowPlan } from "./plan.ts";
import type { SubRun } from "./program-input.ts";
import type { RepeatFacts } from "./repeat/repeat-facts.ts";
import type { RunLogger } from "./run-logger.ts";
import type { MemoContext } from "./waiting/memo-context.ts";

/** What the interpreter works with. */
export interface InterpreterPorts {
  readonly operations: OperationPort;
  /** Finds a workflow document by its hash. */
  readonly workflows: {
    get(hash: string): Promise<Workflow | undefined>;
    /** Hash of the document that `name@revision` means. Absent: only hashes are known. */
    find?(reference: string): Promise<string | undefined>;
  };
  /** Absent: nothing is logged. */
  readonly log?: RunLog;
  /** Takes secrets out of what is logged. Absent: logged as it is. */
  readonly redact?: (value: Json, use: string, direction: "input" | "output") => Json;
  /** Where runs answer the requests that started them. Absent: nobody is answered. */
  readonly answers?: AnswerPort;
  /** Where measurements of workflows go. Absent: nowhere. */
  readonly metrics?: MetricPort;
  /** Where code of workflows runs. Absent: such nodes fail. */
  readonly code?: CodePort;
  /** What nodes remember across runs. Absent: such nodes fail. */
  readonly state?: NodeStateStore;
  /** How runs wait for events, callbacks and people. Absent: such nodes fail. */
  readonly waits?: WaitStore;
  /** What sagas did. Absent: such nodes fail. */
  readonly sagas?: SagaStore;
  /** Ends a run; one that has ended, or is not known any more, stays as it is. Absent: nothing of a cancelled run is undone. */
  readonly cancelRun?: (runId: string) => Promise<void>;
  /** Where items go that nobody could deal with. Absent: such nodes fail. */
  readonly deadLetters?: DeadLetterStore;
  /** Where other systems and browsers reach the server, without a slash at the end. Absent: addresses are paths alone. */
  readonly publicUrl?: string;
  /** Tells people that a run waits for them. Absent: nobody is told. */
  readonly notify?: NotifyPeople;
  /** What the deployment does at the start and the end of runs that are marked `hooked`. Absent: nothing. */
  readonly hooks?: RunHookPort;
  /** Epoch ms for the log, never for decisions. Absent: the machine's clock. */
  readonly now?: () => number;
}

/** Facts of a run that all its strands share; they travel in the input of each. */
export interface RunFacts {
  readonly runId: string;
  readonly workflowHash: string;
  readonly trigger: Json;
  /** RFC 3339. */
  readonly startedAt: string;
  /** What stays the same when the workflow is edited. Absent: its name does. */
  readonly workflowId?: string;
  readonly traceparent?: string;
  readonly dryRun?: true;
  readonly priority?: RunPriority;
  readonly repeat?: RepeatFacts;
  /** Hooks are passed at the start and the end; says what started the run. Their steps are journaled, so it is known from the beginning. */
  readonly hooked?: string;
  /** Another run waits for this one. */
  readonly sub?: SubRun;
}

/** What surrounds the execution of nodes on one strand. */
export interface Execution {
  readonly ports: InterpreterPorts;
  readonly plan: WorkflowPlan;
  readonly run: RunFacts;
  readonly ctx: DurableContext;
  readonly log: RunLogger;
  readonly pages: PageCache;
  /** Lets the strand wait for days. Absent: nothing in the workflow waits. */
  readonly memo?: MemoContext;
  /** Set inside of a step: everything is called directly, nothing is journaled, and nothing may wait. */
  readonly inStep?: InStep;
  /** Raised before the strand parks, so that what then unwinds it is not taken for a failure. */
  readonly parking: { asked: boolean };
}

/** A step that calls are made inside of. */
export interface InStep {
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  /** Whether it can be made again as a whole. */
  readonly patient: boolean;
  /** How often it has been made, with this time, and when it first ended, epoch ms. Absent: this is the first time. */
  readonly attempt?: number;
  readonly sinceMs?: number | undefined;
}

/** Thrown inside of a step by a call that should be repeated later: only outside of the step can that be waited for. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly atMs: number;

  constructor(atMs: number) {
    super("The call should be repeated later.");
    this.atMs = atMs;
  }
}
