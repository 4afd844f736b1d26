import type pg from "pg";
import { isGone, ownIdentity, type ProcessIdentity } from "../embedded/process-identity.ts";

const BEAT_MS = 1_000;
const BEATS_BETWEEN_ORPHAN_SWEEPS = 10;

/** Options of {@link Executors}. */
export interface ExecutorsOptions {
  readonly pool: pg.Pool;
  /** Unique per process start, so that a restarted process never mistakes its predecessor's runs for its own. */
  readonly id: string;
  /** Of the scope (scope-version.ts): executors of other versions are none of our business. */
  readonly version: string;
  /** Hands the unfinished runs of these executors to whoever takes them first. */
  readonly recover: (executorIds: readonly string[]) => Promise<void>;
  /** Silence after which an executor counts as dead, ms. */
  readonly deadAfterMs: number;
}

interface Executor extends ProcessIdentity {
  readonly id: string;
  readonly seen: string;
  readonly silent: boolean;
}

/**
 * Who of the executors lives, and the fail-over when one does not: DBOS has the primitives, this is the policy.
 *
 * Owns: `mortise_engine.executors`, one row a living process; the heartbeat.
 * Does not own: the runs. Taking over is safe at any time: DBOS fences the former owner, which can journal nothing more.
 * Talks to: `recover`.
 * Invariants:
 *   X1. An executor of this host whose process is gone is dead at once; any other after `deadAfterMs` of silence.
 *   X2. Who could not reach the database judges nobody until it has been able to for `deadAfterMs`: the others were cut off too.
 *   X3. Runs of an executor without a row are nobody's, and are taken over.
 *   X4. Only executors and runs of our own version are judged and taken over.
 */
export class Executors {
  readonly #options: ExecutorsOptions;
  readonly #self: ProcessIdentity = ownIdentity();
  #timer: NodeJS.Timeout | undefined;
  #beats = 0;
  #mayJudgeAt = 0;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ExecutorsOptions) {
    this.#options = options;
  }

  /** Writes our row; before the first run can be ours. */
  async enter(): Promise<void> {
    await this.#beat();
    // Rows of scopes that nobody opens any more. Should one be opened again, it finds its runs by X3.
    await this.#options.pool.query(
      "delete from mortise_engine.executors where version <> $1 and seen < now() - interval '1 day'",
      [this.#options.version],
    );
  }

  /** Whether a process works on the runs of a version. */
  async anyLives(version: string): Promise<boolean> {
    return (await this.#all(version)).some((one) => !this.#isDead(one));
  }

  /** Takes over what the dead left, then keeps watch. */
  async watch(): Promise<void> {
    await this.#sweep();
    await this.#sweepOrphans();
    this.#timer = setInterval(() => {
      this.#working = this.#working.then(() => this.#round());
    }, BEAT_MS);
    this.#timer.unref();
  }

  /** Stops watching and gives our unfinished runs back at once. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
    const { pool, id } = this.#options;
    // Going in order is no failed attempt, so the count of those starts again.
    await pool.query(
      `update dbos.workflow_status
       set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null, recovery_attempts = 0,
           queue_name = coalesce(queue_name, '_dbos_internal_queue')
       where status = 'PENDING' and executor_id = $1`,
      [id],
    );
    await pool.query("delete from mortise_engine.executors where id = $1", [id]);
  }

  async #round(): Promise<void> {
    try {
      await this.#beat();
      if (Date.now() < this.#mayJudgeAt) return;
      await this.#sweep();
      if (++this.#beats % BEATS_BETWEEN_ORPHAN_SWEEPS === 0) await this.#sweepOrphans();
    } catch {
      this.#mayJudgeAt = Date.now() + this.#options.deadAfterMs;
    }
  }

  async #beat(): Promise<void> {
    const { host, pid, started } = this.#self;
    await this.#options.pool.query(
      `insert into mortise_engine.executors (id, host, pid, process_started, version) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set seen = now()`,
      [this.#options.id, host, pid, started, this.#options.version],
    );
  }

  async #sweep(): Promise<void> {
    const { pool, id, version, recover } = this.#options;
    for (const other of await this.#all(version)) {
      if (other.id === id || !this.#isDead(other)) continue;
      await recover([other.id]);
      await pool.query("delete from mortise_engine.executors where id = $1 and seen = $2::timestamptz", [other.id, other.seen]);
    }
  }

  async #all(version: string): Promise<readonly Executor[]> {
    const { rows } = await this.#options.pool.query<Executor>(
      `select id, host, pid, process_started as started, seen::text, seen < now() - $2 * interval '1 ms' as silent
       from mortise_engine.executors where version = $1`,
      [version, this.#options.deadAfterMs],
    );
    return rows;
  }

  #isDead(executor: Executor): boolean {
    return executor.silent || isGone(executor, this.#self);
  }

  async #sweepOrphans(): Promise<void> {
    const { rows } = await this.#options.pool.query<{ id: string }>(
      `select distinct executor_id as id from dbos.workflow_status
       where status = 'PENDING' and application_version = $1 and executor_id not in (select id from mortise_engine.executors)`,
      [this.#options.version],
    );
    if (rows.length > 0) await this.#options.recover(rows.map(({ id }) => id));
  }
}
