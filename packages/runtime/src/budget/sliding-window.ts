/**
 * Hands out permits so that the other side never sees more than `rate` calls in any window of `per`; a call may take several.
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
 *   B5. What the other side says (`limitTo`) may shrink a window below `rate`, never enlarge it.
 */
import Bottleneck from "bottleneck";
import type { Clock } from "../runtime.ts";

/** The permits of one call. `answered` starts their cooling down; calling it again does nothing. */
export interface Permit {
  answered(): void;
}

interface Waiter {
  /** Permits it takes. */
  readonly cost: number;
  readonly grant: (permit: Permit) => void;
  readonly fail: (reason: unknown) => void;
}

export class SlidingWindow {
  readonly #rate: number;
  readonly #perMs: number;
  readonly #clock: Clock;
  readonly #limiter: Bottleneck;
  readonly #waiters = new Set<Waiter>();
  /** Permits that all waiters together take. */
  #wanted = 0;
  /** When permits become free again, ascending. */
  readonly #cooling: number[] = [];
  /** In bottleneck's reservoir, as we know it. */
  #free: number;
  #leased = 0;
  /** Permits of a window as the other side says; at most `#rate`. */
  #limit: number;
  /** Cooled down, not yet back in the reservoir. */
  #returned = 0;
  #pumping = false;
  #wake: AbortController | undefined;

  constructor(rate: number, perMs: number, clock: Clock) {
    this.#rate = Math.max(1, Math.floor(rate));
    this.#perMs = rate < 1 ? perMs / rate : perMs;
    this.#clock = clock;
    this.#free = this.#rate;
    this.#limit = this.#rate;
    this.#limiter = new Bottleneck({ reservoir: this.#rate });
  }

  /** Whether nobody waits and every permit is back. */
  get idle(): boolean {
    return this.#waiters.size === 0 && this.#available() === this.#rate;
  }

  /** Takes what the other side says about the permits of a window; more than `rate` counts as `rate`, less than 1 as 1. */
  limitTo(limit: number): void {
    const next = Math.min(this.#rate, Math.max(1, Math.floor(limit)));
    if (next === this.#limit) return;
    this.#limit = next;
    this.#wake?.abort();
  }

  /** Earliest moment, epoch ms, at which a call that asks now could start. Never later than the truth. */
  earliest(cost = 1): number {
    const now = this.#clock.now();
    const before = this.#limit < this.#rate ? this.#waiters.size : this.#wanted;
    const short = before + this.#costNow(cost) - this.#issuable();
    if (short <= 0) return now;
    const round = Math.floor((short - 1) / this.#rate) * this.#perMs;
    return (this.#cooling[(short - 1) % this.#rate] ?? now + this.#perMs) + round;
  }

  /**
   * Waits for the permits of a call; one that costs more than a whole window takes a whole window. Rejects with the signal's reason
   * when that aborts first.
   */
  take(signal: AbortSignal, cost = 1): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const cancel = (): void => {
        this.#leave(waiter);
        this.#wake?.abort();
        reject(signal.reason);
      };
      const waiter: Waiter = {
        cost: Math.min(this.#rate, Math.max(1, Math.floor(cost))),
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
      this.#wanted += waiter.cost;
      this.#wake?.abort();
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let [next] = this.#waiters; next !== undefined; [next] = this.#waiters) {
        const cost = this.#costNow(next.cost);
        if (this.#issuable() < cost) await this.#rest();
        else if (this.#leased >= cost) this.#issue(next, cost);
        else await this.#lease(cost);
      }
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
      this.#waiters.clear();
      this.#wanted = 0;
    } finally {
      this.#pumping = false;
    }
  }

  #leave(waiter: Waiter): void {
    if (this.#waiters.delete(waiter)) this.#wanted -= waiter.cost;
  }

  /** What a call costs in a window of the present size. */
  #costNow(cost: number): number {
    return Math.min(cost, this.#limit);
  }

  #issue(waiter: Waiter, cost: number): void {
    this.#leave(waiter);
    this.#leased -= cost;
    let occupied = true;
    waiter.grant({
      answered: () => {
        if (!occupied) return;
        occupied = false;
        const free = this.#clock.now() + this.#perMs + 1;
        for (let count = 0; count < cost; count++) this.#cooling.push(free);
        this.#wake?.abort();
      },
    });
  }

  /** Permits that could be issued now, within what the other side allows. */
  #issuable(): number {
    return this.#available() - (this.#rate - this.#limit);
  }

  /** Permits that are not occupied. A clock that was set back must not keep one for longer than a window. */
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

  async #lease(cost: number): Promise<void> {
    const back = this.#returned;
    this.#returned = 0;
    if (back > 0) await this.#limiter.incrementReservoir(back);
    this.#free += back;
    const block = Math.min(this.#free, Math.max(cost - this.#leased, this.#waiters.size, Math.ceil(this.#rate / 10)));
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
