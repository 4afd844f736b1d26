import type { Clock } from "../runtime.ts";

/** Until when calls of a bucket must hold still because the other side said so (`Retry-After`, reset headers). */
export class Pauses {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds a bucket until a moment (epoch ms). A later moment wins; an earlier one changes nothing. */
  pause(key: string, untilMs: number): void {
    if (untilMs <= Math.max(this.#clock.now(), this.until(key))) return;
    if (this.#until.size >= 10_000) this.#sweep();
    this.#until.set(key, untilMs);
  }

  /** When a bucket goes on, epoch ms; 0 when it is not held. */
  until(key: string): number {
    const until = this.#until.get(key) ?? 0;
    if (until > this.#clock.now()) return until;
    this.#until.delete(key);
    return 0;
  }

  #sweep(): void {
    for (const key of [...this.#until.keys()]) this.until(key);
  }
}
