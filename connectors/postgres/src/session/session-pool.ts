import type { Session } from "./open-session.ts";

/**
 * Keeps open sessions of one connection for the next call.
 *
 * Owns: idle sessions and the queue of those who wait for one.
 * Does not own: how a session is opened: the call that needs it does that with its own context, so that egress and deadline are its own.
 * Invariants:
 *   P1. At most `max` sessions are open or being opened.
 *   P2. A session is used by one caller at a time; one that is broken is never given out again.
 *   P3. A waiter is released exactly once, also when it is cancelled.
 */
export class SessionPool {
  readonly #max: number;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #closed = false;

  constructor(max: number) {
    this.#max = max;
  }

  async acquire(open: () => Promise<Session>, signal: AbortSignal): Promise<Session> {
    await this.#slot(signal);
    try {
      for (let session = this.#idle.pop(); session; session = this.#idle.pop()) {
        if (session.alive) return session;
        await session.close();
      }
      return await open();
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** Takes a session back; `reusable: false` closes it. */
  async release(session: Session, reusable: boolean): Promise<void> {
    if (reusable && session.alive && !this.#closed) this.#idle.push(session);
    else await session.close();
    this.#free();
  }

  /** Closes what is idle; sessions in use are closed when they come back. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }

  #slot(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#taken < this.#max) {
      this.#taken++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      this.#waiting.push(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  #free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken--;
  }
}
