import { randomUUID } from "node:crypto";
import type { WorkflowHandle } from "@dbos-inc/dbos-sdk";
import { type Json, MortiseError } from "@mortise/contract";
import type {
  DurableEngine,
  EndStatus,
  IntentStore,
  Program,
  RunStatus,
  RunView,
  ScheduleSpec,
  StartRequest,
} from "@mortise/workflow";
import type pg from "pg";
import { systemClock } from "../schedule/system-clock.ts";
import type { GraphStore } from "../store/graph-store.ts";
import { PostgresGraphStore } from "../store/postgres-graph-store.ts";
import { PostgresIntentStore } from "../store/postgres-intent-store.ts";
import { postgresStores, type RunStores } from "../store/run-stores.ts";
import { checkRunId } from "../strand/run-id.ts";
import { type LaunchedDbos, launchDbos, PARKED_QUEUE } from "./dbos-launch.ts";
import { runSegment, type SegmentTools } from "./dbos-program.ts";
import { Executors } from "./executors.ts";
import { JournalReader } from "./journal-reader.ts";
import { LiveWork } from "./live-work.ts";
import type { Outcome } from "./message.ts";
import { type End, OutcomeWatcher } from "./outcome-watcher.ts";
import { Pauses } from "./pauses.ts";
import { Probation } from "./probation.ts";
import { type RunRow, RunTable, runView } from "./run-table.ts";
import { ScheduleTable } from "./schedule-table.ts";
import { scopeOf, scopeVersion } from "./scope-version.ts";
import { Signals } from "./signals.ts";
import { StoredValues } from "./stored-value.ts";

/** Options of {@link dbosEngine}. */
export interface DbosEngineOptions {
  /**
   * Whose runs this process works on: only those that were started in the same scope are recovered, dequeued and woken here, and
   * processes of one scope fail over to each other. Schedules tick in scope `""` alone. Everyone sees, signals and cancels all
   * runs. Absent: `""`.
   */
  readonly scope?: string;
  /** Connections at most; absent: 20. */
  readonly poolSize?: number;
  /** Named prepared statements; false for PgBouncer before 1.21 in transaction mode; absent: true. */
  readonly prepare?: boolean;
  /** Silence after which another process counts as dead and its runs are taken over, ms; absent: 6,000. */
  readonly deadAfterMs?: number;
  /** Runs of one named queue at once in this process; absent: 32. */
  readonly queueConcurrency?: number;
  /** Where warnings go, line by line; absent: standard error. */
  readonly write?: (line: string) => void;
}

/** The database of an engine and what to do when it is let go. */
export interface EngineDatabase {
  readonly pool: pg.Pool;
  readonly release: () => Promise<void>;
}

/** DBOS is a process-wide singleton, so this is one too; the mark is shared by copies of this package. */
const OPEN = Symbol.for("mortise.engine.open");
const marks = globalThis as { [OPEN]?: boolean };

const PURGE_BATCH = 200;

/**
 * The durable engine on DBOS Transact and PostgreSQL. One per process, because DBOS is.
 *
 * Owns: the pool, the tables of `mortise_engine`, the launch and shutdown of DBOS.
 * Does not own: the journal's format (DBOS), the program.
 * Talks to: DBOS (dbos-launch.ts), the other processes through the database.
 * Invariants:
 *   N1. Same id, same run, in whichever process and after whatever crash.
 *   N2. A step whose result is in the journal is never run again; the step in flight at a crash is.
 *   N3. The runs of a process that is gone go on in another one, and it itself can journal nothing more.
 *   N4. A parked run keeps its id; only the last of its segments counts.
 *   N5. A signal is delivered once per idempotency key.
 *   N6. A run that ended its process three times without getting any further is given up, as failed; `resume` tries again.
 *   N7. A database that restarts delays runs and fails none.
 *   N8. A run is worked on in the scope in which it was started, and in no other.
 */
export class DbosEngine implements DurableEngine {
  readonly pool: pg.Pool;
  readonly intents: IntentStore;
  readonly graphs: GraphStore;
  readonly stores: RunStores;
  readonly #options: DbosEngineOptions;
  readonly #version: string;
  readonly #release: () => Promise<void>;
  readonly #values: StoredValues;
  readonly #signals: Signals;
  readonly #runs: RunTable;
  readonly #watcher: OutcomeWatcher;
  readonly #live = new LiveWork();
  readonly #local = new Map<string, WorkflowHandle<Outcome>>();
  readonly #schedules: ScheduleTable;
  readonly #pauses: Pauses;
  readonly #probation: Probation;
  readonly #journal: JournalReader;
  #dbos: LaunchedDbos | undefined;
  #executors: Executors | undefined;
  #closed: Promise<void> | undefined;

  constructor(database: EngineDatabase, options: DbosEngineOptions) {
    this.pool = database.pool;
    this.#release = database.release;
    this.#options = options;
    this.#version = scopeVersion(options.scope ?? "");
    this.intents = new PostgresIntentStore(this.pool);
    this.graphs = new PostgresGraphStore(this.pool);
    this.stores = postgresStores(this.pool, this);
    this.#values = new StoredValues(this.pool);
    this.#signals = new Signals(this.pool);
    this.#runs = new RunTable(this.pool);
    this.#watcher = new OutcomeWatcher(this.pool);
    this.#pauses = new Pauses(this.pool);
    this.#probation = new Probation(this.pool);
    this.#journal = new JournalReader(this.pool, this.#values);
    this.#schedules = new ScheduleTable(this.pool, systemClock, (request) => this.start(request));
  }

  /** Throws `INTERNAL` when this process has another open engine. */
  async open(program: Program): Promise<void> {
    if (marks[OPEN])
      throw new MortiseError("INTERNAL", "This process has an open durable engine already; DBOS allows one per process.", {
        remedy: "Close the other engine first, or share it.",
      });
    marks[OPEN] = true;
    const executorId = randomUUID();
    const recover = async (ids: readonly string[]) => {
      await this.#runs.forgiveProgress(ids);
      await this.#dbos?.recover(ids);
    };
    const executors = new Executors({
      pool: this.pool,
      id: executorId,
      version: this.#version,
      recover,
      deadAfterMs: this.#options.deadAfterMs ?? 6_000,
    });
    try {
      await executors.enter();
      await this.#pauses.watch();
      const dbos = await launchDbos({
        pool: this.pool,
        executorId,
        version: this.#version,
        queueConcurrency: this.#options.queueConcurrency ?? 32,
        write: this.#options.write ?? ((line) => void process.stderr.write(line)),
        onStart: (runId, workflowId) => this.#probation.starts(runId, workflowId),
        segment: (message) => runSegment(tools, message),
      });
      const tools: SegmentTools = {
        program,
        values: this.#values,
        live: this.#live,
        pauses: this.#pauses,
        probation: this.#probation,
        journal: this.#journal,
        watcher: this.#watcher,
        signals: this.#signals,
        giveUp: dbos.giveUp,
        startStrand: dbos.startStrand,
        startSegment: dbos.startSegment,
        checkCancelled: dbos.checkCancelled,
      };
      this.#dbos = dbos;
      this.#executors = executors;
      await executors.watch();
      await this.#signals.wakeForgotten();
      if (!this.#options.scope) await this.#schedules.watch();
    } catch (error) {
      if (this.#dbos === undefined) marks[OPEN] = false;
      throw error;
    }
  }

  close(drainMs = 5_000): Promise<void> {
    this.#closed ??= this.#close(drainMs);
    return this.#closed;
  }

  async #close(drainMs: number): Promise<void> {
    this.#schedules.stop();
    this.#pauses.stop();
    await this.#live.close(drainMs);
    this.#watcher.close();
    if (this.#dbos !== undefined) {
      await this.#dbos.shutdown();
      await this.#executors?.leave().catch(() => {});
      this.#dbos = undefined;
      marks[OPEN] = false;
    }
    await this.#release();
  }

  /** Throws `INVALID_INPUT` for an id that is not usable, or is that of a run which nobody who lives goes on with. */
  async start(request: StartRequest): Promise<{ readonly created: boolean }> {
    const { runId, repeats } = request;
    checkRunId(runId);
    const dbos = this.#launched();
    const input = await this.#values.store(runId, request.input);
    if (repeats) await this.#runs.noteRepeat(runId, repeats.runId);
    const delayMs = request.at === undefined ? 0 : request.at - Date.now();
    const name = request.queue ?? (delayMs > 0 ? PARKED_QUEUE : undefined);
    const handle = await dbos.startRun(
      runId,
      { v: 1, runId, strand: "", segment: 0, input, ...(repeats && { repeats }) },
      name === undefined ? undefined : { name, delayMs },
    );
    if (handle === undefined) await this.#checkAttended(runId);
    else if (name === undefined) this.#remember(runId, handle);
    return { created: handle !== undefined };
  }

  /** A run of another scope where nobody is would be waited for in vain. */
  async #checkAttended(runId: string): Promise<void> {
    const version = await this.#runs.versionAtWork(runId);
    if (version === undefined || version === this.#version || (await this.#executors?.anyLives(version))) return;
    const scope = scopeOf(version);
    const owner = scope === "" ? "by a server or worker" : `in scope ${JSON.stringify(scope)}`;
    throw new MortiseError("INVALID_INPUT", `Run ${runId} was started ${owner}, where it goes on, and nobody works there now.`, {
      remedy: "Start the server or worker of this database again, or use another run id.",
    });
  }

  /** The handle of a run that goes on here answers without a query. */
  #remember(runId: string, handle: WorkflowHandle<Outcome>): void {
    this.#local.set(runId, handle);
    const forget = () => void this.#local.delete(runId);
    handle.getResult().then(forget, forget);
  }

  async result(runId: string, options: { readonly timeoutMs?: number } = {}): Promise<Json> {
    const until = options.timeoutMs === undefined ? undefined : Date.now() + options.timeoutMs;
    let end = await this.#end(runId, until, this.#local.get(runId));
    while ("outcome" in end && "parked" in end.outcome) {
      const { segment_id } = await this.#found(runId);
      end = await this.#end(segment_id, until);
    }
    if ("error" in end) throw end.error;
    return await this.#values.load(runId, (end.outcome as Extract<Outcome, { value: unknown }>).value);
  }

  async #end(id: string, until: number | undefined, handle?: WorkflowHandle<Outcome>): Promise<End> {
    if (until === undefined) return await this.#watcher.outcome(id, handle);
    const end = await this.#watcher.outcomeWithin(id, Math.max(0, until - Date.now()));
    if (end) return end;
    throw new MortiseError("DEADLINE_EXCEEDED", `Run ${id} had not ended in the time given.`);
  }

  async signal(runId: string, name: string, payload: Json, idempotencyKey: string): Promise<void> {
    await this.#found(runId);
    // One that was kept before is told again: whoever sent it may have died before the run was woken.
    await this.#signals.send(runId, name, payload, idempotencyKey);
    const { segment_id } = await this.#found(runId);
    await this.#signals.wakeIfSent(runId, name, segment_id);
  }

  async cancel(runId: string): Promise<void> {
    await this.#found(runId);
    await this.#launched().cancel(runId);
    this.#live.cancel(runId);
    await this.#pauses.end(runId);
  }

  async pause(runId: string): Promise<void> {
    const { ended_at } = await this.#found(runId);
    if (ended_at === null) await this.#pauses.pause(runId);
  }

  async resume(runId: string): Promise<void> {
    await this.#found(runId);
    if (await this.#pauses.end(runId)) return;
    await this.#runs.resume(runId, PARKED_QUEUE);
  }

  async segments(runId: string): Promise<readonly Json[]> {
    await this.#found(runId);
    return await this.#journal.segments(runId);
  }

  async status(runId: string): Promise<RunView | undefined> {
    const row = await this.#runs.find(runId);
    return row && runView(row);
  }

  async list(query: { readonly limit?: number; readonly status?: RunStatus } = {}): Promise<readonly RunView[]> {
    return await this.#runs.list(query);
  }

  async purge(olderThan: Date, statuses?: readonly EndStatus[]): Promise<number> {
    const dbos = this.#launched();
    for (let purged = 0; ; ) {
      const ids = await this.#runs.endedBefore(olderThan.getTime(), PURGE_BATCH, statuses);
      if (ids.length === 0) return purged;
      await dbos.remove(ids);
      await this.#runs.deleteBeside(ids);
      purged += ids.length;
    }
  }

  async schedule(name: string, spec: ScheduleSpec | null): Promise<void> {
    await this.#schedules.set(name, spec);
  }

  async #found(runId: string): Promise<RunRow> {
    const row = await this.#runs.find(runId);
    if (row === undefined) throw new MortiseError("RUN_NOT_FOUND", `No run has the id ${runId}.`);
    return row;
  }

  #launched(): LaunchedDbos {
    if (this.#dbos === undefined) throw new MortiseError("INTERNAL", "The engine is not open.");
    return this.#dbos;
  }
}
