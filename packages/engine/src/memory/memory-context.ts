import { randomUUID } from "node:crypto";
import { type Json, MortiseError } from "@mortise/contract";
import type { Clock } from "@mortise/runtime";
import type { DurableContext, Program, Settled, StepAttempt, Strand } from "@mortise/workflow";
import { bounded } from "../strand/bounded.ts";
import { toErrorData } from "../strand/failure.ts";
import { idempotencyKey, stepPath, TENANT } from "../strand/idempotency-key.ts";
import { OneAtATime } from "../strand/one-at-a-time.ts";
import { Parked, type Wake } from "../strand/parked.ts";

/** What the strands of one run share. */
export interface MemoryRunScope {
  readonly runId: string;
  readonly program: Program;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** While the run is paused: resolves when it may go on. */
  readonly held: () => Promise<void> | undefined;
}

/** One strand of a run in memory: every operation runs once, at once. */
export class MemoryContext implements DurableContext {
  readonly runId: string;
  readonly strand: string;
  /** Set once the strand asked to park. */
  parked: Parked | undefined;
  readonly #run: MemoryRunScope;
  readonly #turn: OneAtATime;

  constructor(run: MemoryRunScope, strand: string) {
    this.#run = run;
    this.runId = run.runId;
    this.strand = strand;
    this.#turn = new OneAtATime(strand);
  }

  step<T extends Json>(key: string, fn: (attempt: StepAttempt) => Promise<T>): Promise<T> {
    return this.#operation(`step "${key}"`, () =>
      fn({ signal: this.#run.signal, idempotencyKey: idempotencyKey(TENANT, this.runId, stepPath(this.strand, key)) }),
    );
  }

  fork(key: string, strands: readonly Strand[], options: { readonly max?: number } = {}): Promise<readonly Settled[]> {
    return this.#operation(`fork "${key}"`, async () => {
      const settled: Settled[] = [];
      await bounded(strands, options.max ?? strands.length, async (strand, index) => {
        this.#run.signal.throwIfAborted();
        settled[index] = await this.#child(key, strand);
      });
      return settled;
    });
  }

  async #child(forkKey: string, { key, input }: Strand): Promise<Settled> {
    const child = new MemoryContext(this.#run, stepPath(this.strand, `${forkKey}/${key}`));
    try {
      return { key, ok: true, value: await this.#run.program(child, input) };
    } catch (error) {
      return { key, ok: false, error: toErrorData(error) };
    }
  }

  sleepUntil(key: string, epochMs: number): Promise<void> {
    const { clock, signal } = this.#run;
    return this.#operation(`sleep "${key}"`, () => clock.sleep(Math.max(0, epochMs - clock.now()), signal));
  }

  park(next: Json, wake: Wake): never {
    if (this.strand !== "")
      throw new MortiseError("INTERNAL", `Strand "${this.strand}" of run ${this.runId} tried to park; only the root strand may.`);
    this.parked = new Parked(next, wake);
    throw this.parked;
  }

  now(key: string): Promise<number> {
    return this.#operation(`now "${key}"`, async () => this.#run.clock.now());
  }

  uuid(key: string): Promise<string> {
    return this.#operation(`uuid "${key}"`, async () => randomUUID());
  }

  #operation<T>(name: string, operation: () => Promise<T>): Promise<T> {
    return this.#turn.run(name, async () => {
      if (this.parked) throw this.parked;
      this.#run.signal.throwIfAborted();
      const held = this.#run.held();
      if (held) await held;
      this.#run.signal.throwIfAborted();
      try {
        return await operation();
      } finally {
        // What a cancelled operation came to is of no interest, not even its own failure.
        this.#run.signal.throwIfAborted();
      }
    });
  }
}
