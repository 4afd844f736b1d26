import { elapsedMs, startTimer, stopTimer, type Timer } from "../system-clock.ts";

/** Something that is looked at when its time has come. */
export interface Due {
  /** When, on the clock of {@link elapsedMs}; read whenever times are looked at. */
  readonly dueMs: number;
  /** The time has come; it is not watched any more. */
  isDue(): void;
}

/** The shortest time between two looks, ms. */
const CLOSEST_MS = 1;

/**
 * One timer for many that mostly end long before their time: to start and stop one for each costs more than all else that bounds a hop.
 *
 * Owns: the timer, and who is watched.
 * Does not own: what it means that a time has come.
 * Invariants:
 *   W1. Nobody is told before its time, nor more than a few ms after it; who left is not told.
 *   W2. Watching costs an entry in a set; the timer is set anew only where a time comes before all others.
 *   W3. The timer does not keep the process alive.
 */
export class DueTimes {
  readonly #watched = new Set<Due>();
  #armedForMs = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;

  /** Those that are watched. */
  get size(): number {
    return this.#watched.size;
  }

  watch(due: Due): void {
    this.#watched.add(due);
    if (due.dueMs < this.#armedForMs) this.#arm(due.dueMs);
  }

  leave(due: Due): void {
    this.#watched.delete(due);
  }

  #arm(atMs: number): void {
    stopTimer(this.#timer);
    this.#armedForMs = atMs;
    this.#timer = startTimer(Math.max(CLOSEST_MS, Math.ceil(atMs - elapsedMs())), look, this);
  }

  look(): void {
    const now = elapsedMs();
    const due: Due[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const each of this.#watched) {
      if (each.dueMs <= now) due.push(each);
      else if (each.dueMs < next) next = each.dueMs;
    }
    this.#armedForMs = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const each of due) {
      // One may end another.
      if (this.#watched.delete(each)) each.isDue();
    }
  }
}

function look(times: DueTimes): void {
  times.look();
}

/** Those of all hops of this process. */
export const hopTimes = new DueTimes();
