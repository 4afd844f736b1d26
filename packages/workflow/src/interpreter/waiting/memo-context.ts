import type { Json } from "@mortise/contract";
import type { DurableContext, Settled, StepAttempt, Strand } from "../../ports/durable-context.ts";
import { errorOf, throwable } from "../settlement.ts";
import { type Done, firstOf, isDue, type Memo, parkedMemo, type Wake, type Woken } from "./memo.ts";

/** Unwinds a strand that waits long. No failure: whoever catches it throws it on. */
export class StrandWaits extends Error {
  override readonly name = "StrandWaits";
  readonly memo: Memo;

  constructor(memo: Memo) {
    super("The strand waits.");
    this.memo = memo;
  }
}

/** What a strand goes on from. */
export interface Continuation {
  readonly memo: Memo;
  readonly woken: Woken;
}

/**
 * Lets a strand wait for days wherever it stands: in a branch, in a loop, in a strand of a strand. The strand ends with a memo of what
 * it did; started again with it, it comes to the same place without doing anything twice, as after a crash.
 *
 * Owns: what this strand did, while it runs.
 * Does not own: the journal (DurableContext), how the root is parked (run-root.ts).
 * Talks to: DurableContext.
 * Invariants:
 *   C1. An operation in the memo is answered from it and does not reach the engine again.
 *   C2. A fork ends when all of its strands have; one of them that waits parks the strand above, and so the run, once the others have
 *       ended or wait too.
 *   C3. Of the strands that wait only those go on that are due. The others keep their memo.
 *   C4. A step has the same place, and so the same idempotency key, however often the run was parked before it.
 */
export class MemoContext implements DurableContext {
  readonly runId: string;
  readonly strand: string;
  readonly #ctx: DurableContext;
  readonly #from: Continuation | undefined;
  readonly #done: { [operation: string]: Done };
  #left: number;

  constructor(ctx: DurableContext, from?: Continuation) {
    this.#ctx = ctx;
    this.runId = ctx.runId;
    this.strand = ctx.strand;
    this.#from = from;
    this.#done = { ...from?.memo.done };
    this.#left = from === undefined ? 0 : Object.keys(from.memo.done).length + 1;
  }

  /** Whether what happens is only what happened before. */
  get isReplaying(): boolean {
    return this.#left > 0;
  }

  step<T extends Json>(key: string, fn: (attempt: StepAttempt) => Promise<T>): Promise<T> {
    return this.#once(`step ${key}`, () => this.#ctx.step(key, fn));
  }

  sleepUntil(key: string, epochMs: number): Promise<void> {
    return this.#once(`sleep ${key}`, async () => {
      await this.#ctx.sleepUntil(key, epochMs);
      return null;
    }) as unknown as Promise<void>;
  }

  now(key: string): Promise<number> {
    return this.#once(`now ${key}`, () => this.#ctx.now(key));
  }

  uuid(key: string): Promise<string> {
    return this.#once(`uuid ${key}`, () => this.#ctx.uuid(key));
  }

  park(next: Json, wake: { readonly at?: number; readonly signal?: string }): never {
    return this.#ctx.park(next, wake);
  }

  /** Waits as long as it takes: ends the strand with its memo, and returns in a later segment, when what it waits for may have come. */
  async wait(key: string, wake: Wake): Promise<void> {
    const operation = `wait ${key}`;
    if (this.#done[operation] !== undefined) {
      this.#left--;
      return;
    }
    const from = this.#pendingAt(operation);
    if (from === undefined || !isDue(wake, from.woken)) throw new StrandWaits({ done: this.#done, pending: operation, wake });
    this.#left = 0;
    this.#done[operation] = { value: null };
  }

  fork(key: string, strands: readonly Strand[], options: { readonly max?: number } = {}): Promise<readonly Settled[]> {
    const operation = `fork ${key}`;
    return this.#once(operation, async () => {
      const from = this.#pendingAt(operation);
      const before = from?.memo.strands;
      this.#left = 0;
      const settled: { [key: string]: Settled } = { ...before?.settled };
      const parked: { [key: string]: Memo } = { ...before?.parked };
      const starting = strands.flatMap((strand) => {
        if (settled[strand.key] !== undefined) return [];
        const memo = parked[strand.key];
        if (memo === undefined) return [strand];
        return from !== undefined && isDue(memo.wake, from.woken)
          ? [{ key: strand.key, input: goingOn(strand, memo, from) }]
          : [];
      });
      for (const end of starting.length === 0 ? [] : await this.#ctx.fork(key, starting, options)) {
        const memo = parkedMemo(end);
        delete parked[end.key];
        if (memo === undefined) settled[end.key] = end;
        else parked[end.key] = memo;
      }
      const waiting = Object.values(parked);
      if (waiting.length > 0) {
        const wake = firstOf(waiting.map((memo) => memo.wake));
        throw new StrandWaits({ done: this.#done, pending: operation, wake, strands: { settled, parked } });
      }
      return strands.map((strand) => settled[strand.key] as Settled) as unknown as Json;
    }) as unknown as Promise<readonly Settled[]>;
  }

  /** Where the strand waited, when this operation is the one. */
  #pendingAt(operation: string): Continuation | undefined {
    return this.#from?.memo.pending === operation ? this.#from : undefined;
  }

  async #once<T extends Json>(operation: string, perform: () => Promise<T>): Promise<T> {
    const known = this.#done[operation];
    if (known !== undefined) {
      this.#left--;
      if ("error" in known) throw throwable(known.error);
      return known.value as T;
    }
    if (this.#left > 1) this.#left = 0;
    try {
      const value = await perform();
      this.#done[operation] = { value };
      return value;
    } catch (thrown) {
      if (operation.startsWith("step ") && !(thrown instanceof StrandWaits) && isOfStep(thrown))
        this.#done[operation] = { error: errorOf(thrown) };
      throw thrown;
    }
  }
}

/** What the engine throws to end a strand is no result of a step. */
function isOfStep(thrown: unknown): boolean {
  const { code } = errorOf(thrown);
  return code !== "RUN_CANCELLED" && code !== "CALL_CANCELLED" && code !== "INTERNAL";
}

function goingOn({ input }: Strand, memo: Memo, { woken }: Continuation): Json {
  return { ...(input as object), from: { memo, woken } } as unknown as Json;
}
