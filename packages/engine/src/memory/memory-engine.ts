import { type Json, MortiseError } from "@mortise/contract";
import type { Clock } from "@mortise/runtime";
import type { DurableEngine, EndStatus, Program, RunStatus, RunView, ScheduleSpec, StartRequest } from "@mortise/workflow";
import { CronTicks, tickRun } from "../schedule/cron-ticks.ts";
import { systemClock } from "../schedule/system-clock.ts";
import { memoryStores, type RunStores } from "../store/run-stores.ts";
import { toErrorData } from "../strand/failure.ts";
import { type Parked, wakeInput } from "../strand/parked.ts";
import { checkRunId } from "../strand/run-id.ts";
import { MemoryContext } from "./memory-context.ts";
import { MemoryGraphStore } from "./memory-graph-store.ts";
import { MemoryIntentStore } from "./memory-intent-store.ts";
import { type MemoryRun, newMemoryRun } from "./memory-run.ts";

/** Options of {@link memoryEngine}. */
export interface MemoryEngineOptions {
  /** Time and sleeping; absent: the machine's. */
  readonly clock?: Clock;
  /** Ended runs that are remembered, the oldest forgotten first; absent: 1,000. */
  readonly keepEnded?: number;
}

/** Runs programs in this process without a journal: for tests and for runs that need not survive it. */
export function memoryEngine(options: MemoryEngineOptions = {}): MemoryEngine {
  return new MemoryEngine(options);
}

/**
 * The port of the durable engine with nothing durable behind it.
 *
 * Owns: the runs of this process, their timers and schedules.
 * Does not own: the clock, the program.
 * Talks to: Program, through MemoryContext.
 * Invariants:
 *   M1. Same id, same run: a second start of an id starts nothing.
 *   M2. Strands of one fork really run side by side, at most `max` at once.
 *   M3. A signal is delivered once per idempotency key, also when it comes before the run waits for it.
 *   M4. After `close` no program code of an unfinished run goes on.
 */
export class MemoryEngine implements DurableEngine {
  readonly intents = new MemoryIntentStore();
  readonly graphs = new MemoryGraphStore();
  readonly stores: RunStores;
  readonly #clock: Clock;
  readonly #keepEnded: number;
  readonly #runs = new Map<string, MemoryRun>();
  readonly #ticks: CronTicks;
  #program: Program | undefined;

  constructor(options: MemoryEngineOptions) {
    this.#clock = options.clock ?? systemClock;
    this.stores = memoryStores(() => this.#clock.now(), this);
    this.#keepEnded = options.keepEnded ?? 1_000;
    this.#ticks = new CronTicks(this.#clock, async (tick) => void (await this.start(tickRun(tick))));
  }

  async open(program: Program): Promise<void> {
    this.#program = program;
  }

  async close(drainMs = 5_000): Promise<void> {
    this.#ticks.stop();
    const live = [...this.#runs.values()].filter((run) => run.endedAt === undefined);
    const drained = Promise.all(live.filter((run) => run.status === "running").map((run) => run.ended));
    await Promise.race([drained, systemClock.sleep(drainMs)]);
    for (const run of live) run.stop.abort(new MortiseError("CALL_CANCELLED", "The engine was closed."));
    this.#program = undefined;
  }

  async start(request: StartRequest): Promise<{ readonly created: boolean }> {
    checkRunId(request.runId);
    const program = this.#program;
    if (program === undefined) throw new MortiseError("INTERNAL", "The engine is not open.");
    if (this.#runs.has(request.runId)) return { created: false };
    const run = newMemoryRun(request.runId, this.#clock.now());
    this.#runs.set(request.runId, run);
    void this.#drive(run, program, request);
    return { created: true };
  }

  async result(runId: string, options: { readonly timeoutMs?: number } = {}): Promise<Json> {
    const run = this.#run(runId);
    if (run.endedAt === undefined && options.timeoutMs !== undefined) {
      const late = new AbortController();
      const timer = this.#clock.sleep(options.timeoutMs, late.signal).then(
        () => true,
        () => false,
      );
      if (await Promise.race([run.ended.then(() => false), timer]))
        throw new MortiseError("DEADLINE_EXCEEDED", `Run ${runId} had not ended after ${options.timeoutMs} ms.`);
      late.abort();
    }
    await run.ended;
    if (run.thrown) throw run.thrown;
    return run.output;
  }

  async signal(runId: string, name: string, payload: Json, idempotencyKey: string): Promise<void> {
    this.#run(runId).mailbox.deliver(name, payload, idempotencyKey);
  }

  async cancel(runId: string): Promise<void> {
    const run = this.#run(runId);
    if (run.endedAt !== undefined) return;
    run.stop.abort(new MortiseError("RUN_CANCELLED", `Run ${runId} was cancelled.`));
    await run.ended;
  }

  async pause(runId: string): Promise<void> {
    const run = this.#run(runId);
    if (run.endedAt === undefined) run.hold ??= Promise.withResolvers();
  }

  /** Throws `USAGE` for a run that is not paused: without a journal it cannot go on from where it stopped. */
  async resume(runId: string): Promise<void> {
    const run = this.#run(runId);
    if (run.hold) {
      run.hold.resolve();
      run.hold = undefined;
      return;
    }
    throw new MortiseError("USAGE", `Run ${runId} has no journal to go on from: the memory engine keeps none.`, {
      remedy: "Start it again, or use a durable engine.",
    });
  }

  /** Throws `USAGE`. */
  async segments(runId: string): Promise<readonly Json[]> {
    this.#run(runId);
    throw new MortiseError("USAGE", `Run ${runId} has no journal to repeat steps from: the memory engine keeps none.`, {
      remedy: "Start it again from its beginning, or use a durable engine.",
    });
  }

  async status(runId: string): Promise<RunView | undefined> {
    const run = this.#runs.get(runId);
    return run && view(run);
  }

  async list(query: { readonly limit?: number; readonly status?: RunStatus } = {}): Promise<readonly RunView[]> {
    const views = [...this.#runs.values()].reverse().map(view);
    return views.filter((run) => query.status === undefined || run.status === query.status).slice(0, query.limit ?? 100);
  }

  async purge(olderThan: Date, statuses?: readonly EndStatus[]): Promise<number> {
    const isOld = ({ endedAt }: MemoryRun) => endedAt !== undefined && endedAt < olderThan.getTime();
    const isOf = ({ status }: MemoryRun) => statuses === undefined || statuses.some((one) => one === status);
    const old = [...this.#runs.values()].filter((run) => isOld(run) && isOf(run));
    for (const run of old) this.#runs.delete(run.runId);
    return old.length;
  }

  async schedule(name: string, spec: ScheduleSpec | null): Promise<void> {
    this.#ticks.set(name, spec);
  }

  #run(runId: string): MemoryRun {
    const run = this.#runs.get(runId);
    if (run === undefined) throw new MortiseError("RUN_NOT_FOUND", `No run has the id ${runId}.`);
    return run;
  }

  /** Runs the segments of a run to its end. */
  async #drive(run: MemoryRun, program: Program, request: StartRequest): Promise<void> {
    const { clock, signal } = { clock: this.#clock, signal: run.stop.signal };
    try {
      if (request.at !== undefined) await clock.sleep(Math.max(0, request.at - clock.now()), signal);
      let input = request.input;
      for (;;) {
        run.status = "running";
        const context = new MemoryContext({ runId: run.runId, program, clock, signal, held: () => run.hold?.promise }, "");
        try {
          run.output = await untilAborted(program(context, input), signal);
        } catch (error) {
          if (context.parked === undefined) throw error;
        }
        if (context.parked === undefined) break;
        run.status = "waiting";
        input = await this.#woken(run, context.parked);
      }
      run.status = "succeeded";
    } catch (error) {
      run.thrown = signal.aborted ? signal.reason : error;
      run.status = signal.aborted ? "cancelled" : "failed";
    }
    run.endedAt = clock.now();
    run.end();
    this.#forget();
  }

  async #woken(run: MemoryRun, { next, wake }: Parked): Promise<Json> {
    const woken = new AbortController();
    const until = AbortSignal.any([run.stop.signal, woken.signal]);
    const timer =
      wake.at === undefined
        ? new Promise<never>(() => {})
        : this.#clock.sleep(Math.max(0, wake.at - this.#clock.now()), until).catch(() => new Promise<never>(() => {}));
    const waits: Promise<unknown>[] = [timer, aborted(until)];
    if (wake.signal !== undefined) waits.push(run.mailbox.arrival(wake.signal));
    await Promise.race(waits);
    woken.abort();
    run.stop.signal.throwIfAborted();
    return wakeInput(next, wake.signal === undefined ? undefined : run.mailbox.take(wake.signal));
  }

  #forget(): void {
    const ended = [...this.#runs.values()].filter((run) => run.endedAt !== undefined);
    for (const run of ended.slice(0, Math.max(0, ended.length - this.#keepEnded))) this.#runs.delete(run.runId);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A cancelled run ends at once; what its program still computes is dropped. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const settled = new AbortController();
  work.catch(() => {});
  try {
    return await Promise.race([
      work,
      aborted(AbortSignal.any([signal, settled.signal])).then(() => {
        throw signal.reason;
      }),
    ]);
  } finally {
    settled.abort();
  }
}

function view(run: MemoryRun): RunView {
  return {
    runId: run.runId,
    status: run.hold && run.endedAt === undefined ? "paused" : run.status,
    startedAt: run.startedAt,
    ...(run.endedAt === undefined ? {} : { endedAt: run.endedAt }),
    ...(run.thrown === undefined ? {} : { error: toErrorData(run.thrown) }),
  };
}
