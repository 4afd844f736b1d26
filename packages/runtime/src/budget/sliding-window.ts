/**
 * Hands out permits so that the other side never sees more than `rate` calls in any window of `per`.
 *
 * Owns: the log of permits that are still occupied, the queue of waiting calls.
 * Does not own: time (Clock); deadlines (the caller's signal); which calls share it (BudgetBook).
 * Talks to: bottleneck, whose reservoir holds the free permits.
 * Invariants:
 *   B1. A permit is occupied from its issue until `per` after the answer to its call. The other side had the call before it answered,
 *       so the call that takes the permit over arrives more than `per` after the one before. Hence in any window of `per`, wherever
 *       it starts and whatever the network's delays, at most `rate` calls arrive. The price: throughput is rate / (per + time to the
 *       answer). A window counted from the sending would be faster by that, and wrong by the network's jitter.
 *   B2. A waiter is released exactly once, also when it is cancelled; waiters are served first come, first served.
 *   B3. Permits are leased from bottleneck in blocks, as one of its jobs costs 2 to 5 ms; a leased permit that nobody wants yet stays
 *       leased and is not issued, so B1 holds.
 *   B4. No timer runs unless somebody waits.
 */
import Bottleneck from "bottleneck";
import type { Clock } from "../runtime.ts";

/** A permit. `answered` starts its cooling down; calling it again does nothing. */
export interface Permit {
  answered(): void;
}

interface Waiter {
  readonly grant: (permit: Permit) => void;
  readonly fail: (reason: unknown) => void;
}

export class SlidingWindow {
  readonly #rate: number;
  readonly #perMs: number;
  readonly #clock: Clock;
  readonly #limiter: Bottleneck;
  readonly #waiters = new Set<Waiter>();
  /** When permits become free again, ascending. */
  readonly #cooling: number[] = [];
  /** In bottleneck's reservoir, as we know it. */
  #free: number;
  #leased = 0;
  /** Cooled down, not yet back in the reservoir. */
  #returned = 0;
  #pumping = false;
  #wake: AbortController | undefined;

  constructor(rate: number, perMs: number, clock: Clock) {
    this.#rate = Math.max(1, Math.floor(rate));
    this.#perMs = rate < 1 ? perMs / rate : perMs;
    this.#clock = clock;
    this.#free = this.#rate;
    this.#limiter = new Bottleneck({ reservoir: this.#rate });
  }

  /** Whether nobody waits and every permit is back. */
  get idle(): boolean {
    return this.#waiters.size === 0 && this.#available() === this.#rate;
  }

  /** Earliest moment, epoch ms, at which a call that asks now could start. Never later than the truth. */
  earliest(): number {
    const now = this.#clock.now();
    const short = this.#waiters.size - this.#available();
    if (short < 0) return now;
    const round = Math.floor(short / this.#rate) * this.#perMs;
    return (this.#cooling[short % this.#rate] ?? now + this.#perMs) + round;
  }

  /** Waits for a permit. Rejects with the signal's reason when that aborts first. */
  take(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const cancel = (): void => {
        this.#waiters.delete(waiter);
        this.#wake?.abort();
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: (permit) => {
          signal.removeEventListener("abort", cancel);
          resolve(permit);
        },
        fail: (reason) => {
          signal.removeEventListener("abort", cancel);
          reject(reason);
        },
      };
      signal.addEventListener("abort", cancel, { once: true });
      this.#waiters.add(waiter);
      this.#wake?.abort();
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let [next] = this.#waiters; next !== undefined; [next] = this.#waiters) {
        if (this.#leased > 0) this.#issue(next);
        else if (this.#available() > 0) await this.#lease();
        else await this.#rest();
      }
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
      this.#waiters.clear();
    } finally {
      this.#pumping = false;
    }
  }

  #issue(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#leased--;
    let occupied = true;
    waiter.grant({
      answered: () => {
        if (!occupied) return;
        occupied = false;
        this.#cooling.push(this.#clock.now() + this.#perMs + 1);
        this.#wake?.abort();
      },
    });
  }

  /** Permits that could be issued now. A clock that was set back must not keep one for longer than a window. */
  #available(): number {
    const now = this.#clock.now();
    const latest = now + this.#perMs + 1;
    let count = 0;
    while (count < this.#cooling.length && (this.#cooling[count] as number) <= now) count++;
    if (count > 0) this.#cooling.splice(0, count);
    for (let last = this.#cooling.length - 1; last >= 0 && (this.#cooling[last] as number) > latest; last--)
      this.#cooling[last] = latest;
    this.#returned += count;
    return this.#free + this.#returned + this.#leased;
  }

  async #lease(): Promise<void> {
    const back = this.#returned;
    this.#returned = 0;
    if (back > 0) await this.#limiter.incrementReservoir(back);
    this.#free += back;
    const block = Math.min(this.#free, Math.max(this.#waiters.size, Math.ceil(this.#rate / 10)));
    if (block === 0) return;
    this.#free -= block;
    await this.#limiter.schedule({ weight: block }, async () => undefined);
    this.#leased += block;
  }

  /** Sleeps until the next permit has cooled down, or something changes. */
  async #rest(): Promise<void> {
    const wake = new AbortController();
    this.#wake = wake;
    const [next] = this.#cooling;
    const ms = next === undefined ? this.#perMs : Math.max(1, next - this.#clock.now());
    await this.#clock.sleep(ms, wake.signal).catch(() => undefined);
    this.#wake = undefined;
  }
}
