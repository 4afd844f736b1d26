/**
 * Keeps what operations' own code opens for a connection: pools, transports.
 *
 * Owns: the open resources and their idle timers.
 * Does not own: what a resource is or how it is closed (the code that opened it says).
 * Invariants:
 *   R1. One key is opened once, also by concurrent calls; a failed opening is forgotten.
 *   R2. A resource is closed 60 s after the last call that used it ended, never during one.
 *   R3. A kept resource does not keep the process alive by its timer.
 *   R4. `close` closes everything and refuses new ones.
 */
import { MortiseError } from "@mortise/contract";
import { later } from "../system-clock.ts";

const IDLE_MS = 60_000;

interface Entry {
  readonly opened: Promise<unknown>;
  readonly close: (resource: unknown) => Promise<void>;
  users: number;
  callOff: () => void;
}

/** The resources that one call uses. */
export interface ResourceLease {
  get<T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>): Promise<T>;
  /** The call is over. */
  release(): void;
}

export class ResourcePool {
  readonly #entries = new Map<string, Entry>();
  readonly #idleMs: number;
  #closed = false;

  constructor(idleMs: number = IDLE_MS) {
    this.#idleMs = idleMs;
  }

  /** Starts using resources of one connection version. */
  lease(owner: string): ResourceLease {
    const used = new Map<string, Entry>();
    return {
      get: async <T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>): Promise<T> => {
        const full = `${owner} ${key}`;
        const entry = this.#enter(full, open, close as (resource: unknown) => Promise<void>);
        if (used.get(full) !== entry) {
          entry.users++;
          used.set(full, entry);
        }
        return (await entry.opened) as T;
      },
      release: () => {
        for (const [key, entry] of used) this.#leave(key, entry);
        used.clear();
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries];
    await Promise.all(entries.map(([key, entry]) => this.#drop(key, entry)));
  }

  #enter(key: string, open: () => Promise<unknown>, close: Entry["close"]): Entry {
    if (this.#closed) throw new MortiseError("CALL_CANCELLED", "The runtime is closed.");
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.callOff();
      return known;
    }
    const opened = open();
    const entry: Entry = { opened, close, users: 0, callOff: () => undefined };
    this.#entries.set(key, entry);
    opened.catch(() => this.#entries.get(key) === entry && this.#entries.delete(key));
    return entry;
  }

  #leave(key: string, entry: Entry): void {
    entry.users--;
    if (entry.users === 0 && this.#entries.get(key) === entry) {
      entry.callOff = later(this.#idleMs, () => void this.#drop(key, entry));
    }
  }

  async #drop(key: string, entry: Entry): Promise<void> {
    entry.callOff();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    try {
      await entry.close(await entry.opened);
    } catch {
      // Opening it failed, or the other side is gone already: there is nothing left to close.
    }
  }
}
