/**
 * Makes the processes of a deployment known to each other.
 *
 * Owns: this process's row of `processes`, the pace at which it is written.
 * Does not own: what the status says (Runtime.status), what is made of the others' (connectionStanding).
 * Invariants:
 *   P1. A row is at most one pause old while its process lives and reaches the database; who was silent for `SILENT_MS` is not listed.
 *   P2. A process that ends in order takes its row with it; rows of others are removed a day after their last word.
 *   P3. A board that cannot be written holds up nothing.
 */
import { randomUUID } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";
import type { LoopClock } from "./loop-clock.ts";
import type { ProcessKind, ProcessStatus } from "./process-status.ts";

/** A process that was alive lately. */
export interface KnownProcess {
  readonly id: string;
  readonly kind: ProcessKind;
  readonly status: ProcessStatus;
  readonly startedAtMs: number;
  readonly seenAtMs: number;
  /** Whether it is the one that tells. */
  readonly isSelf: boolean;
}

/** Options of {@link ProcessBoard}. */
export interface ProcessBoardOptions {
  readonly db: Kysely<Tables>;
  readonly kind: ProcessKind;
  readonly status: () => ProcessStatus;
  readonly clock: LoopClock;
  readonly log: (line: string) => void;
  /** Between two words, ms. Absent: 5,000. */
  readonly everyMs?: number;
}

/** Silence after which a process is not listed. */
const SILENT_MS = 30_000;
const EVERY_MS = 5_000;

export class ProcessBoard {
  readonly id = randomUUID();
  readonly #options: ProcessBoardOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #isTroubled = false;

  constructor(options: ProcessBoardOptions) {
    this.#options = options;
  }

  /** Tells of this process from now on, until {@link ProcessBoard.close}. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells once. */
  async tell(): Promise<void> {
    const { db, kind, status } = this.#options;
    const said = { status: JSON.stringify(status()), seen_at: sql<Date>`now()` };
    await db
      .insertInto("processes")
      .values({ id: this.id, kind, ...said })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(said))
      .execute();
  }

  /** Processes that were heard of lately, this one as it is now. */
  async list(): Promise<readonly KnownProcess[]> {
    const rows = await this.#options.db
      .selectFrom("processes")
      .selectAll()
      .where("seen_at", ">", sql<Date>`now() - ${SILENT_MS} * interval '1 ms'`)
      .orderBy("started_at")
      .orderBy("id")
      .execute();
    return rows.map(({ id, kind, status, started_at, seen_at }) => {
      const isSelf = id === this.id;
      const times = { startedAtMs: started_at.getTime(), seenAtMs: seen_at.getTime() };
      return { id, kind, status: isSelf ? this.#options.status() : status, ...times, isSelf };
    });
  }

  async close(): Promise<void> {
    this.#closing.abort(new MortiseError("CALL_CANCELLED", "The process stops."));
    await this.#running;
    await this.#options.db
      .deleteFrom("processes")
      .where((row) => row.or([row("id", "=", this.id), row("seen_at", "<", sql<Date>`now() - interval '1 day'`)]))
      .execute()
      .catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { clock, log, everyMs = EVERY_MS } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.tell();
        this.#isTroubled = false;
      } catch (error) {
        if (!this.#isTroubled) log(`Other processes could not be told how this one does: ${(error as Error).message}`);
        this.#isTroubled = true;
      }
      await clock.sleep(everyMs, signal);
    }
  }
}
