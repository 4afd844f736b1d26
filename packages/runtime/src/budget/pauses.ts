import type { Clock } from "../runtime.ts";

const MAX_PAUSES = 10_000;

/** Until when calls of a bucket must hold still because the other side said so (`Retry-After`, reset headers). */
export class Pauses {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();
  readonly #tell: (key: string, ms: number) => void;

  /** `tell` passes a pause on to the other processes. Absent: there are none. */
  constructor(clock: Clock, tell: (key: string, ms: number) => void = () => undefined) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether nothing is held: the only thing that a call has to look at, mostly. */
  get isEmpty(): boolean {
    return this.#until.size === 0;
  }

  /** Holds a bucket until a moment (epoch ms), everywhere. A later moment wins; an earlier one changes nothing. */
  pause(key: string, untilMs: number): void {
    if (this.hold(key, untilMs)) this.#tell(key, untilMs - this.#clock.now());
  }

  /** The same for this process alone, as another one said so. Returns whether that changed anything. */
  hold(key: string, untilMs: number): boolean {
    if (untilMs <= Math.max(this.#clock.now(), this.until(key))) return false;
    if (this.#until.size >= MAX_PAUSES) this.#sweep();
    this.#until.set(key, untilMs);
    return true;
  }

  /** When a bucket goes on, epoch ms; 0 when it is not held. */
  until(key: string): number {
    const until = this.#until.get(key);
    if (until === undefined) return 0;
    if (until > this.#clock.now()) return until;
    this.#until.delete(key);
    return 0;
  }

  /** Forgets what is over; where that leaves too many, the ones that were asked for longest ago. */
  #sweep(): void {
    for (const key of [...this.#until.keys()]) this.until(key);
    for (const key of this.#until.keys()) {
      if (this.#until.size < MAX_PAUSES) return;
      this.#until.delete(key);
    }
  }
}
