import type { CallResult, ErrorData, Json } from "@mortise/contract";
import type { StepAttempt } from "../../ports/durable-context.ts";
import type { StreamPage } from "../../ports/operation-port.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf } from "../frame.ts";
import { comeBackAt, isAwaited, MAX_DURABLE_RETRIES } from "../kinds/durable-retry.ts";
import type { PageReference } from "../program-input.ts";
import type { StreamReference } from "../stream-reference.ts";
import { forkRounds, type RoundsPart } from "./fork-rounds.ts";
import type { LoopPlan } from "./loop-plan.ts";
import type { LoopTally } from "./loop-tally.ts";
import { cacheKey, digestOf, pageSizeOf, readPage } from "./page.ts";

/** What the journal keeps of a page: never its rows. */
type JournaledPage =
  | { readonly cursor: Json; readonly next: Json; readonly count: number; readonly sha256: string }
  | {
      readonly error: ErrorData;
      readonly retryAtMs?: number;
      /** When the step ended, epoch ms. Absent in journals from before there was this. */
      readonly atMs?: number;
    };

interface ReadAhead {
  readonly cursor: string;
  readonly result: Promise<CallResult<StreamPage>>;
}

/**
 * Reads a stream and forks one strand a page.
 *
 * Owns: the cursor of the loop, and the page that is read ahead.
 * Does not own: the rows (PageCache hands them over), the rounds (strands).
 * Talks to: OperationPort.readPage, DurableContext.
 * Invariants:
 *   S1. The journal holds cursor, count and fingerprint of a page, so that it stays small however long the stream is.
 *   S2. At most `concurrency` pages are worked on, and one is read ahead.
 */
export async function forkPages(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  stream: StreamReference,
  tally: LoopTally,
): Promise<ErrorData | undefined> {
  const reader = new PageReader(exec, frame, plan, stream);
  try {
    let first = 0;
    for (;;) {
      const parts: RoundsPart[] = [];
      let failure: ErrorData | undefined;
      while (parts.length < plan.concurrency && !reader.ended && failure === undefined) {
        const page = await reader.read();
        if ("error" in page) failure = page.error;
        else if (page.count > 0) {
          parts.push({ first, page: page.reference });
          first += plan.batch === undefined ? page.count : Math.ceil(page.count / plan.batch);
        }
      }
      if (parts.length > 0) {
        reader.readAhead();
        for (const end of await forkRounds(exec, frame, plan, parts)) tally.add(end);
        reader.drop(parts);
        exec.log.progress(frame, plan.graph, tally.counts);
      }
      if (failure || reader.ended || tally.isOver(plan.stopOnError)) return failure;
    }
  } finally {
    reader.close();
  }
}

class PageReader {
  ended = false;
  readonly #exec: Execution;
  readonly #path: string;
  readonly #stream: StreamReference;
  readonly #pageSize: number;
  readonly #stop = new AbortController();
  #cursor: Json = null;
  #number = 0;
  #ahead: ReadAhead | undefined;

  constructor(exec: Execution, frame: Frame, plan: LoopPlan, stream: StreamReference) {
    this.#exec = exec;
    this.#path = pathOf(frame, plan.graph.name);
    this.#stream = stream;
    this.#pageSize = pageSizeOf(plan);
  }

  /** Reads the next page as a step; a sick source is asked again when it says. */
  async read(): Promise<{ readonly count: number; readonly reference: PageReference } | { readonly error: ErrorData }> {
    const number = this.#number++;
    const { ctx } = this.#exec;
    const key = `${this.#path}@page${number}`;
    let sinceMs: number | undefined;
    for (let attempt = 1; ; attempt++) {
      const page = (await ctx.step(
        `${key}#${attempt}`,
        async (step) => (await this.#fetch(step, number, { attempt, sinceMs })) as never,
      )) as JournaledPage;
      if (!("error" in page)) return this.#take(number, page);
      if (page.retryAtMs === undefined || attempt > MAX_DURABLE_RETRIES) return { error: page.error };
      sinceMs ??= page.atMs;
      await ctx.sleepUntil(`${key}#retry${attempt}`, page.retryAtMs);
    }
  }

  /** Begins to read the next page while strands work; only this process knows of it. */
  readAhead(): void {
    if (this.ended) return;
    const { signal } = this.#stop;
    const result = this.#readPage(signal, `${this.#exec.run.runId}/${this.#path}@page${this.#number}`);
    this.#ahead = { cursor: JSON.stringify(this.#cursor), result };
  }

  drop(parts: readonly RoundsPart[]): void {
    this.#exec.pages.drop(parts.flatMap(({ page }) => (page ? [cacheKey(this.#exec, this.#path, page.number)] : [])));
  }

  close(): void {
    this.#stop.abort();
  }

  #take(number: number, page: Extract<JournaledPage, { readonly count: number }>) {
    const { cursor, next, count, sha256 } = page;
    this.#cursor = next;
    this.ended = next === null;
    const source = { $stream: this.#stream as unknown as Json };
    return { count, reference: { number, cursor, pageSize: this.#pageSize, sha256, source } };
  }

  async #fetch(
    { signal, idempotencyKey }: StepAttempt,
    number: number,
    times: { readonly attempt: number; readonly sinceMs: number | undefined },
  ): Promise<JournaledPage> {
    const ahead = this.#ahead?.cursor === JSON.stringify(this.#cursor) ? this.#ahead : undefined;
    this.#ahead = undefined;
    const result = await (ahead?.result ?? this.#readPage(signal, idempotencyKey));
    if (result.outcome !== "success") {
      const nowMs = this.#exec.log.now();
      const name = `${this.#exec.run.runId}/${this.#path}@page${number}`;
      const retryAtMs = comeBackAt(result, { name, ...times, nowMs, signal, isAwaited: isAwaited(this.#exec.run) });
      return { error: result.error, ...(retryAtMs !== undefined && { retryAtMs, atMs: nowMs }) };
    }
    const { items, next } = result.output;
    this.#exec.pages.put(cacheKey(this.#exec, this.#path, number), items);
    return { cursor: this.#cursor, next, count: items.length, sha256: await digestOf(items) };
  }

  #readPage(signal: AbortSignal, idempotencyKey: string): Promise<CallResult<StreamPage>> {
    const request = { stream: this.#stream, path: this.#path, cursor: this.#cursor, pageSize: this.#pageSize };
    return readPage(this.#exec, { ...request, signal, idempotencyKey });
  }
}
