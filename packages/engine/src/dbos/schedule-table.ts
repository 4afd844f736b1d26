import type { Clock } from "@mortise/runtime";
import type { ScheduleSpec, StartRequest } from "@mortise/workflow";
import type pg from "pg";
import { CronTicks, parseCron, tickRun } from "../schedule/cron-ticks.ts";

const POLL_MS = 1_000;

/**
 * Schedules that every process of the deployment waits for, so that the tick comes also when some are away.
 *
 * Owns: `mortise_engine.schedules`; this process's ticks.
 * Does not own: which process wins a tick: all start the run of that name, and the database creates one.
 * Invariants:
 *   T1. A schedule outlives the process that made it, until it is removed.
 *   T2. A change reaches the other processes within a second.
 */
export class ScheduleTable {
  readonly #pool: pg.Pool;
  readonly #ticks: CronTicks;
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: pg.Pool, clock: Clock, start: (request: StartRequest) => Promise<unknown>) {
    this.#pool = pool;
    this.#ticks = new CronTicks(clock, async (tick) => {
      try {
        await start(tickRun(tick));
      } catch {
        // The database is away: another process has the tick, or none has and it is skipped.
      }
    });
  }

  /** Begins to tick. A process that never does can still set schedules for those that do. */
  async watch(): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => void this.#read().catch(() => {}), POLL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#ticks.stop();
  }

  /** Throws `INVALID_SCHEDULE`. */
  async set(name: string, spec: ScheduleSpec | null): Promise<void> {
    if (spec === null) await this.#pool.query("delete from mortise_engine.schedules where name = $1", [name]);
    else {
      parseCron(spec);
      await this.#pool.query(
        "insert into mortise_engine.schedules (name, spec) values ($1, $2) on conflict (name) do update set spec = excluded.spec",
        [name, JSON.stringify(spec)],
      );
    }
    if (this.#timer !== undefined) this.#ticks.set(name, spec);
  }

  async #read(): Promise<void> {
    const { rows } = await this.#pool.query<{ name: string; spec: string }>("select name, spec from mortise_engine.schedules");
    const specs = new Map(rows.map(({ name, spec }) => [name, JSON.parse(spec) as ScheduleSpec]));
    for (const name of this.#ticks.names()) if (!specs.has(name)) this.#ticks.set(name, null);
    for (const [name, spec] of specs) this.#ticks.set(name, spec);
  }
}
