/**
 * Keeps connections alive that nobody uses: renews their tokens ahead of need, and finds out which of them have ended.
 *
 * Owns: when the next look is taken, and which connections this process looks after now.
 * Does not own: when a connection is due (ConnectionHealthStore), how tokens are renewed (Runtime.keepAlive), time and waiting (SweepClock).
 * Talks to: ConnectionHealthStore.claimDue and plan; Runtime.keepAlive.
 * Invariants:
 *   S1. A connection is looked after by one process at a time; that its tokens are spent once is the lease's business.
 *   S2. What somebody else has renewed since it was due is left alone.
 *   S3. One that fails is tried again after a while, and holds up no other; nor does one whose tokens end as soon as they come.
 */
import { MortiseError } from "@mortise/contract";
import type { Runtime } from "@mortise/runtime";
import type { DueConnection } from "../store/connection-health-rows.ts";
import type { ConnectionHealthStore } from "../store/connection-health-store.ts";

/** Time and waiting. */
export interface SweepClock {
  /** Waits; resolves early, and never rejects, when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number in [0, 1), so that processes that were started together do not look together. */
  random(): number;
}

/** Options of {@link Sweep}. */
export interface SweepOptions {
  readonly health: ConnectionHealthStore;
  readonly runtime: Pick<Runtime, "keepAlive">;
  readonly clock: SweepClock;
  readonly log: (line: string) => void;
  /** Between two looks, ms; up to half as much longer by chance. Absent: 30,000. */
  readonly everyMs?: number;
  /** Done at every look as well, such as delivering events. Absent: nothing. */
  readonly alongside?: () => Promise<void>;
}

const AT_ONCE = 4;
const CLAIMED = 20;
/** A connection whose process dies meanwhile, or that fails, is looked at again after this. */
const HOLD_MS = 120_000;

export class Sweep {
  readonly #options: SweepOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  /** Looks from now on, until {@link Sweep.close}. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes one look, in which no connection comes twice; returns how many were looked after. */
  async look(): Promise<number> {
    const seen = new Set<string>();
    for (;;) {
      const due = await this.#options.health.claimDue(CLAIMED, HOLD_MS);
      const fresh = due.filter(({ connection }) => !seen.has(connection));
      const queue = [...fresh];
      const workers = Array.from({ length: AT_ONCE }, async () => {
        for (let next = queue.shift(); next !== undefined && !this.#closing.signal.aborted; next = queue.shift())
          await this.#lookAfter(next);
      });
      await Promise.all(workers);
      for (const { connection } of fresh) seen.add(connection);
      if (fresh.length < CLAIMED || this.#closing.signal.aborted) return seen.size;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new MortiseError("CALL_CANCELLED", "The server stops."));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, everyMs = 30_000, log, alongside } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await clock.sleep(everyMs * (1 + clock.random() / 2), signal);
      if (signal.aborted) return;
      try {
        await this.look();
        await alongside?.();
      } catch (error) {
        log(`Connections could not be looked after: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** What became of it is in its health. */
  async #lookAfter({ connection, isDue, expiresAtMs }: DueConnection): Promise<void> {
    const { runtime, health } = this.#options;
    const isSame = (endsAtMs: number | undefined) => floor(endsAtMs) === floor(expiresAtMs);
    try {
      const life = await runtime.keepAlive({
        connection,
        signal: this.#closing.signal,
        isDue: (known) => isDue && isSame(known.expiresAtMs),
      });
      await health.plan(connection, life);
    } catch {
      // The renewal has reported why, and the connection is held until it is tried again.
    }
  }
}

const floor = (atMs: number | undefined): number | undefined => (atMs === undefined ? undefined : Math.floor(atMs));
