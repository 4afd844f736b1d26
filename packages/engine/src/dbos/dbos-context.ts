import { randomUUID } from "node:crypto";
import { DBOS, Error as DbosErrors, type WorkflowHandle } from "@dbos-inc/dbos-sdk";
import { type Json, MortiseError } from "@mortise/contract";
import type { DurableContext, Settled, StepAttempt, Strand } from "@mortise/workflow";
import { bounded } from "../strand/bounded.ts";
import { toErrorData, toMortiseError } from "../strand/failure.ts";
import { idempotencyKey, stepPath, TENANT } from "../strand/idempotency-key.ts";
import { OneAtATime } from "../strand/one-at-a-time.ts";
import { Parked, type Wake } from "../strand/parked.ts";
import type { Journaled, JournalReader } from "./journal-reader.ts";
import { forEver, type LiveWork } from "./live-work.ts";
import { type Message, type Outcome, segmentId } from "./message.ts";
import type { OutcomeWatcher } from "./outcome-watcher.ts";
import type { Pauses } from "./pauses.ts";
import type { Probation } from "./probation.ts";
import type { StoredValues } from "./stored-value.ts";

/** What every strand of this process works with. */
export interface DbosStrandTools {
  readonly values: StoredValues;
  readonly live: LiveWork;
  readonly pauses: Pauses;
  readonly probation: Probation;
  readonly journal: JournalReader;
  readonly watcher: OutcomeWatcher;
  readonly startStrand: (workflowId: string, message: Message) => Promise<WorkflowHandle<Outcome>>;
  /** Throws DBOS's cancellation error when the workflow was cancelled. */
  readonly checkCancelled: (workflowId: string) => Promise<void>;
}

/**
 * One strand on DBOS.
 *
 * Owns: the order of its operations.
 * Does not own: the journal (DBOS), large values (StoredValues).
 * Invariants:
 *   D1. A step whose result is in the journal is not run again; its key is the journal's name, so a diverging replay is detected.
 *   D2. Children are started in the order given, so their numbers in the journal are the same on every replay.
 *   D3. After the run was cancelled every operation throws `RUN_CANCELLED` and runs nothing.
 *   D4. After another process took the run over, or while closing, an operation never settles: the program stands still.
 *   D5. While the run is paused no operation begins.
 */
export class DbosContext implements DurableContext {
  readonly runId: string;
  readonly strand: string;
  /** Set once the strand asked to park. */
  parked: Parked | undefined;
  /** Rejects with DBOS's error when this execution must stop without an outcome of its own. */
  readonly lost: Promise<never>;
  readonly #message: Message;
  readonly #tools: DbosStrandTools;
  readonly #signal: AbortSignal;
  readonly #turn: OneAtATime;
  readonly #workflowId: string;
  readonly #lose: (error: unknown) => void;
  #stopped: MortiseError | "for ever" | undefined;

  constructor(message: Message, workflowId: string, tools: DbosStrandTools, signal: AbortSignal) {
    this.runId = message.runId;
    this.strand = message.strand;
    this.#message = message;
    this.#workflowId = workflowId;
    this.#tools = tools;
    this.#signal = signal;
    this.#turn = new OneAtATime(message.strand);
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.lost = promise;
    this.#lose = reject;
  }

  step<T extends Json>(key: string, fn: (attempt: StepAttempt) => Promise<T>): Promise<T> {
    return this.#operation(`step "${key}"`, async () => {
      let fresh: { readonly value: T } | undefined;
      let isReplayed = true;
      const body = async (): Promise<Journaled> => {
        const { live, values } = this.#tools;
        isReplayed = false;
        if (live.closing) return await live.abandonStep();
        try {
          fresh = { value: await fn(this.#attempt(key)) };
        } catch (error) {
          if (live.closing && this.#signal.aborted) return await forEver();
          return { error: toErrorData(error) };
        }
        return { value: await values.store(this.runId, fresh.value) };
      };
      const journaled = await this.#tools.live.step(() => DBOS.runStep(body, { name: key }));
      if (!isReplayed) this.#tools.probation.passed(this.runId);
      if ("error" in journaled) throw toMortiseError(journaled.error);
      return fresh ? fresh.value : ((await this.#tools.values.load(this.runId, journaled.value)) as T);
    });
  }

  #attempt(key: string): StepAttempt {
    const ours = this.#signal;
    const status = DBOS.stepStatus;
    let signal: AbortSignal | undefined;
    return {
      // Asking DBOS for its signal starts a poll for cancellations, so only who looks pays.
      get signal() {
        signal ??= status?.cancelSignal ? AbortSignal.any([ours, status.cancelSignal]) : ours;
        return signal;
      },
      idempotencyKey: idempotencyKey(TENANT, this.runId, stepPath(this.strand, key)),
    };
  }

  fork(key: string, strands: readonly Strand[], options: { readonly max?: number } = {}): Promise<readonly Settled[]> {
    return this.#operation(`fork "${key}"`, async () => {
      const settled: Settled[] = [];
      let turn: Promise<unknown> = Promise.resolve();
      await bounded(strands, options.max ?? strands.length, async (strand, index) => {
        const started = turn.then(() => this.#startChild(key, strand));
        turn = started;
        const { id, handle } = await started;
        const end = await this.#tools.watcher.outcome(id, handle);
        if ("error" in end && end.error.code === "RUN_CANCELLED") await this.#tools.checkCancelled(this.#workflowId);
        settled[index] =
          "error" in end ? { key: strand.key, ok: false, error: end.error.data } : await this.#value(strand.key, end.outcome);
      });
      return settled;
    });
  }

  async #startChild(forkKey: string, { key, input }: Strand): Promise<{ id: string; handle: WorkflowHandle<Outcome> }> {
    if (this.#tools.live.closing) await forEver();
    const { runId, segment, repeats } = this.#message;
    const strand = stepPath(this.strand, `${forkKey}/${key}`);
    const id = `${segmentId(runId, segment)}/${strand}`;
    const stored = await this.#tools.values.store(runId, input);
    return {
      id,
      handle: await this.#tools.startStrand(id, { v: 1, runId, strand, segment, input: stored, ...(repeats && { repeats }) }),
    };
  }

  async #value(key: string, outcome: Outcome): Promise<Settled> {
    if ("parked" in outcome) throw new MortiseError("INTERNAL", `Strand "${key}" of run ${this.runId} was parked.`);
    return { key, ok: true, value: await this.#tools.values.load(this.runId, outcome.value) };
  }

  sleepUntil(key: string, epochMs: number): Promise<void> {
    return this.#operation(`sleep "${key}"`, () => {
      this.#tools.probation.passed(this.runId);
      return DBOS.sleep(Math.max(0, epochMs - Date.now()));
    });
  }

  park(next: Json, wake: Wake): never {
    if (this.strand !== "")
      throw new MortiseError("INTERNAL", `Strand "${this.strand}" of run ${this.runId} tried to park; only the root strand may.`);
    this.parked = new Parked(next, wake);
    throw this.parked;
  }

  now(key: string): Promise<number> {
    return this.#operation(`now "${key}"`, () => DBOS.runStep(async () => Date.now(), { name: key }));
  }

  recall(key: string): Promise<{ readonly value: Json } | undefined> {
    return this.#tools.journal.recall(this.#message, key);
  }

  uuid(key: string): Promise<string> {
    return this.#operation(`uuid "${key}"`, () => DBOS.runStep(async () => randomUUID(), { name: key }));
  }

  #operation<T>(name: string, operation: () => Promise<T>): Promise<T> {
    return this.#turn.run(name, async () => {
      if (this.parked) throw this.parked;
      const held = this.#tools.pauses.held(this.runId);
      if (held) {
        this.#tools.probation.passed(this.runId);
        await held;
      }
      if (this.#stopped === "for ever" || this.#tools.live.closing) return await forEver();
      if (this.#stopped) throw this.#stopped;
      try {
        return await operation();
      } catch (error) {
        if (this.#tools.live.closing && !(error instanceof MortiseError)) return await forEver();
        return await this.#stopOn(error);
      }
    });
  }

  async #stopOn(error: unknown): Promise<never> {
    const reason = await this.#whyStopped(error);
    if (reason instanceof DbosErrors.DBOSWorkflowCancelledError) {
      this.#stopped = new MortiseError("RUN_CANCELLED", `Run ${this.runId} was cancelled.`);
      throw this.#stopped;
    }
    if (!(reason instanceof DbosErrors.DBOSWorkflowConflictError)) throw reason;
    this.#stopped = "for ever";
    this.#lose(reason);
    return await forEver();
  }

  /** A cancelled run has no owner, so a step that was in flight first sees a lost ownership. */
  async #whyStopped(error: unknown): Promise<unknown> {
    if (!(error instanceof DbosErrors.DBOSWorkflowConflictError)) return error;
    try {
      await this.#tools.checkCancelled(this.#workflowId);
      return error;
    } catch (cancelled) {
      return cancelled;
    }
  }
}
