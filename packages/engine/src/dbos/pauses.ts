import type pg from "pg";

const LOOK_EVERY_MS = 1_000;

/**
 * Runs that are held before their next operation, in every process.
 *
 * Owns: `mortise_engine.pauses`; who waits to go on.
 * Does not own: the runs. One that is held stays with its process, and is held again by whoever takes it over.
 * Invariants:
 *   H1. After `pause` returned, this process begins nothing more of the run; the others do not a second later.
 *   H2. Who cannot reach the database holds what it held, and nothing more.
 */
export class Pauses {
  readonly #pool: pg.Pool;
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Reads who is paused, then keeps looking. */
  async watch(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look().catch(() => {}), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async pause(runId: string): Promise<void> {
    await this.#pool.query("insert into mortise_engine.pauses (run_id) values ($1) on conflict do nothing", [runId]);
    this.#hold(runId);
  }

  /** Returns false when the run was not paused. */
  async end(runId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query("delete from mortise_engine.pauses where run_id = $1", [runId]);
    this.#release(runId);
    return rowCount === 1;
  }

  /** Resolves when the run may go on; undefined: it may. */
  held(runId: string): Promise<void> | undefined {
    return this.#held.get(runId)?.promise;
  }

  async #look(): Promise<void> {
    const { rows } = await this.#pool.query<{ run_id: string }>("select run_id from mortise_engine.pauses");
    const paused = new Set(rows.map(({ run_id }) => run_id));
    for (const runId of paused) this.#hold(runId);
    for (const runId of [...this.#held.keys()]) if (!paused.has(runId)) this.#release(runId);
  }

  #hold(runId: string): void {
    if (!this.#held.has(runId)) this.#held.set(runId, Promise.withResolvers());
  }

  #release(runId: string): void {
    this.#held.get(runId)?.resolve();
    this.#held.delete(runId);
  }
}
