/**
 * Brings what the database says of what may run into this process.
 *
 * Owns: what was read last, the holds that it has put on the runtime.
 * Does not own: the rows (LifecycleStore), what the configuration says, holds that somebody in the process has put on.
 * Talks to: LifecycleStore.revision and read; the runtime's handles; whoever watches for a change of the lists.
 * Invariants:
 *   F1. A change holds here at most one pause between two looks after it was made, 5 s unless told otherwise, while the database answers. A hold
 *       that is made in this process holds when `look` resolves; lists, when the runtime has read them again, which it is told to do at once.
 *   F2. A look that fails changes nothing: what was read last holds, and readers of the lists are told.
 *   F3. A look asks for one number; the rest is read where that has changed.
 */
import { isMortiseError, MortiseError } from "@mortise/contract";
import type { FlagList, KillList, LifecycleHandle, Runtime } from "@mortise/runtime";
import {
  flagListOf,
  type HoldTarget,
  killListOf,
  type LifecycleStore,
  type StoredHold,
  type StoredLifecycle,
} from "../store/lifecycle-store.ts";
import { TENANT } from "../store/open-store.ts";
import type { LoopClock } from "./loop-clock.ts";

/** What of the runtime holds are put on. */
export type HeldRuntime = Pick<Runtime, "connector" | "connection">;

/** Options of {@link LifecycleFeed}. */
export interface LifecycleFeedOptions {
  readonly store: Pick<LifecycleStore, "revision" | "read">;
  readonly clock: LoopClock;
  readonly log: (line: string) => void;
  /** Between two looks, ms. Absent: 5,000. */
  readonly everyMs?: number;
}

const NOTHING: StoredLifecycle = Object.freeze({ revision: -1, holds: [], killed: [], flags: [] });
const EVERY_MS = 5_000;

export class LifecycleFeed {
  readonly #options: LifecycleFeedOptions;
  readonly #closing = new AbortController();
  readonly #watchers = new Set<() => void>();
  readonly #applied = new Map<string, StoredHold>();
  #known = NOTHING;
  #problem: unknown;
  #runtime: HeldRuntime | undefined;
  #looking: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor(options: LifecycleFeedOptions) {
    this.#options = options;
  }

  /** What was read last. */
  get known(): StoredLifecycle {
    return this.#known;
  }

  /** The kill list of the database. Throws why it could not be read last. */
  killList(): KillList {
    this.#throwProblem();
    return killListOf(this.#known);
  }

  /** Its flags. Throws as {@link LifecycleFeed.killList}. */
  flags(): FlagList {
    this.#throwProblem();
    return flagListOf(this.#known);
  }

  /** Tells of every change; the function returned ends that. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Puts holds on a runtime from now on, those that are known at once, and looks again and again until {@link LifecycleFeed.close}. */
  start(runtime: HeldRuntime): void {
    this.#runtime = runtime;
    this.#apply();
    this.#running ??= this.#run();
  }

  /** Looks once, after looks that are under way; what has changed holds when it resolves. Rejects where the database does not answer. */
  look(): Promise<void> {
    const looking = this.#looking.catch(() => undefined).then(() => this.#lookOnce());
    this.#looking = looking;
    return looking;
  }

  async close(): Promise<void> {
    this.#closing.abort(new MortiseError("CALL_CANCELLED", "The process stops."));
    await this.#running;
    await this.#looking.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { clock, everyMs = EVERY_MS } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  async #lookOnce(): Promise<void> {
    const { store, log } = this.#options;
    try {
      const isNew = (await store.revision()) !== this.#known.revision;
      const wasTroubled = this.#problem !== undefined;
      if (isNew) this.#known = await store.read();
      this.#problem = undefined;
      if (isNew) this.#apply();
      if (isNew || wasTroubled) for (const changed of this.#watchers) changed();
    } catch (error) {
      if (this.#problem === undefined) log(`What may run could not be read: ${messageOf(error)}. What was read last holds.`);
      this.#problem = error;
      throw error;
    }
  }

  #apply(): void {
    if (this.#runtime === undefined) return;
    const wanted = new Map(this.#known.holds.map((hold) => [keyOf(hold), hold]));
    for (const [key, hold] of this.#applied) {
      if (wanted.has(key)) continue;
      this.#applied.delete(key);
      this.#handle(hold)?.resume();
    }
    for (const [key, hold] of wanted) {
      if (this.#applied.get(key)?.sinceMs === hold.sinceMs) continue;
      this.#applied.set(key, hold);
      this.#put(hold);
    }
  }

  #put(hold: StoredHold): void {
    const handle = this.#handle(hold);
    if (handle === undefined) return;
    if (hold.state === "paused") handle.pause(hold.reason);
    else void handle.drain({ reason: hold.reason, drainMs: hold.leftMs ?? 0 }).catch(() => undefined);
  }

  /** Undefined: the connector is not installed here. */
  #handle({ kind, name }: HoldTarget): LifecycleHandle | undefined {
    try {
      return kind === "connector" ? this.#runtime?.connector(name) : this.#runtime?.connection(name, TENANT);
    } catch (error) {
      if (isMortiseError(error) && error.code === "CONNECTOR_NOT_FOUND") return undefined;
      throw error;
    }
  }

  #throwProblem(): void {
    if (this.#problem !== undefined)
      throw new MortiseError("DATABASE_UNAVAILABLE", `The database does not say what may run: ${messageOf(this.#problem)}`);
  }
}

const keyOf = ({ kind, name }: HoldTarget): string => `${kind} ${name}`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
