import type { RunEvent } from "@mortise/workflow";
import type pg from "pg";
import { eventKey, type ReadableRunLog, type RunRecord, recordOf, type StoredEvent } from "./readable-run-log.ts";

const FLUSH_MS = 100;
/** Events that wait for the database at most; beyond that the ones that say least are dropped. */
const MOST_BUFFERED = 20_000;
const GIVE_UP_MS = 10_000;
/** Any number that our processes agree on. */
const LOCK = 6_837_463;

/** Writes the run log to `mortise_engine.run_events` of a durable engine's database: `postgresRunLog(engine.pool)`. */
export function postgresRunLog(pool: pg.Pool): ReadableRunLog {
  return new PostgresRunLog(pool);
}

/**
 * The run log in PostgreSQL.
 *
 * Owns: the events that are not stored yet, at most {@link MOST_BUFFERED}.
 * Does not own: the table's rows once a run is purged (the engine removes them), what is worth logging (the interpreter).
 * Invariants:
 *   R1. One row a subject: a replay overwrites, never doubles.
 *   R2. Numbers become visible in ascending order, whichever process writes: a reader that goes on from the last one misses nothing.
 *   R3. Recording never fails and never waits; a database that is away costs memory up to the bound, then progress, then steps.
 */
class PostgresRunLog implements ReadableRunLog {
  readonly #pool: pg.Pool;
  #buffer = new Map<string, RunEvent>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<boolean> = Promise.resolve(true);

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  record(event: RunEvent): void {
    const key = `${event.runId}\n${eventKey(event)}`;
    if (this.#buffer.size >= MOST_BUFFERED && !this.#buffer.has(key) && isMinor(event)) return;
    this.#buffer.set(key, event);
    this.#timer ??= setTimeout(() => void this.#write(), FLUSH_MS);
  }

  /** Without the database it gives up after 10 s, and the events stay for later: a run must not fail for its log. */
  async flush(): Promise<void> {
    for (const until = Date.now() + GIVE_UP_MS; !(await this.#write()); ) {
      if (Date.now() > until) return;
      await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    }
  }

  async readRun(runId: string): Promise<RunRecord | undefined> {
    const { rows } = await this.#pool.query<Row>(
      "select seq, event from mortise_engine.run_events where run_id = $1 order by first_seq",
      [runId],
    );
    return recordOf(rows.map(stored));
  }

  async eventsSince(runId: string, seq: number, limit = 1_000): Promise<readonly StoredEvent[]> {
    const { rows } = await this.#pool.query<Row>(
      "select seq, event from mortise_engine.run_events where run_id = $1 and seq > $2 order by seq limit $3",
      [runId, seq, limit],
    );
    return rows.map(stored);
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }

  /** True when everything recorded before the call is stored. */
  #write(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(async () => {
      const events = this.#buffer;
      if (events.size === 0) return true;
      this.#buffer = new Map();
      try {
        await this.#store([...events.values()]);
        return true;
      } catch {
        // Nothing can be stored any more; a run that goes on elsewhere logs its steps again.
        if (this.#pool.ended) return true;
        // Newer states of the same subjects win.
        this.#buffer = new Map([...events, ...this.#buffer]);
        this.#timer ??= setTimeout(() => void this.#write(), FLUSH_MS * 10);
        return false;
      }
    });
    return this.#writing;
  }

  async #store(events: readonly RunEvent[]): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query("begin");
      // Held until the commit is visible, so no writer shows a number before the smaller ones of another.
      await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
      await client.query(
        `insert into mortise_engine.run_events (run_id, key, seq, first_seq, event)
         select run_id, key, n, n, event from (
           select nextval('mortise_engine.run_event_seq') as n, run_id, key, event
           from unnest($1::text[], $2::text[], $3::text[]) as events(run_id, key, event)) as numbered
         on conflict (run_id, key) do update set seq = excluded.seq, event = excluded.event`,
        [events.map(({ runId }) => runId), events.map(eventKey), events.map((event) => JSON.stringify(event))],
      );
      await client.query("commit");
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

interface Row {
  readonly seq: string;
  readonly event: string;
}

function stored({ seq, event }: Row): StoredEvent {
  return { seq: Number(seq), event: JSON.parse(event) as RunEvent };
}

function isMinor(event: RunEvent): boolean {
  return event.kind === "progress" || (event.kind === "step" && event.status !== "failed");
}
