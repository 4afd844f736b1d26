/**
 * Hands out the permits of one limit so that the other side never sees more than `size` calls in any window of `coolMs`; a call may take
 * several. With a `coolMs` of 0 the limit is of calls in flight.
 *
 * Owns: the permits that this process holds: idle, occupied by a call, or cooling down; the line of waiting calls.
 * Does not own: time (Clock); deadlines (the caller's signal); who shares the limit (BudgetBook); the permits beyond its own (PermitBank).
 * Talks to: PermitBank, which hands out permits in blocks and may ask for some back.
 * Invariants:
 *   B1. A permit is occupied from its issue until `coolMs` after the answer to its call. The other side had the call before it answered,
 *       so the call that takes the permit over arrives more than `coolMs` after the one before. Hence in any window of `coolMs`, wherever
 *       it starts and whatever the network's delays, each permit is seen once. The price: throughput is size / (coolMs + time to the
 *       answer). A window counted from the sending would be faster by that, and wrong by the network's jitter.
 *   B2. A waiter is released exactly once, also when it is cancelled; those of a party are served first come, first served, and parties
 *       by their weights.
 *   B3. Permits are neither made nor lost here: idle, occupied and cooling together are what the bank gave and has not taken back. Only
 *       idle ones go back, so a permit that another process gets has cooled down.
 *   B4. No timer runs unless somebody waits, or the bank wants permits back.
 *   B5. What the other side says may shrink a window below `size` (`limitTo`) or hold calls back until it starts anew (`leave`), never
 *       enlarge it.
 */
import type { Clock } from "../runtime.ts";
import { FairLine, type Waiting } from "./fair-line.ts";
import type { PermitBank } from "./permit-bank.ts";

/** A call that waits for permits. */
export interface PermitRequest {
  readonly signal: AbortSignal;
  /** Permits. One that costs more than the whole limit takes the whole limit. Absent: 1. */
  readonly cost?: number;
  /** Who shares the limit with the others that wait. Absent: all are one. */
  readonly party?: string;
  /** Absent: 1. */
  readonly weight?: number;
  /** Epoch ms after which a permit is of no use. Absent: never. */
  readonly latestMs?: number;
}

interface Waiter extends Waiting {
  readonly latestMs: number;
  readonly grant: (permit: Permit) => void;
  readonly fail: (reason: unknown) => void;
}

/** There will be no permit before `earliestMs`, which is later than the one who waited can use. */
export class TooLate extends Error {
  readonly earliestMs: number;
  constructor(earliestMs: number) {
    super(`no permit before ${earliestMs}`);
    this.earliestMs = earliestMs;
  }
}

/** The permits of one call. `release` starts their cooling down; calling it again does nothing. */
export class Permit {
  readonly #pool: PermitPool;
  #count: number;

  constructor(pool: PermitPool, count: number) {
    this.#pool = pool;
    this.#count = count;
  }

  release(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    this.#pool.cool(count);
  }
}

export class PermitPool {
  /** Permits of the whole limit. */
  readonly size: number;
  readonly coolMs: number;
  readonly #clock: Clock;
  readonly #bank: PermitBank;
  readonly #line = new FairLine<Waiter>();
  #idle = 0;
  #occupied = 0;
  #cooling = 0;
  /** When permits have cooled down, ascending, from `#first` on; how many then. */
  #times: number[] = [];
  #counts: number[] = [];
  #first = 0;
  /** What the other side says; at most `size`. */
  #limit: number;
  /** Most permits that may be in use at once for other reasons. */
  #cap = Number.POSITIVE_INFINITY;
  /** Permits that may be held; the bank takes back what is beyond. */
  #keep = Number.POSITIVE_INFINITY;
  /** Permits that the other side says are left, less those issued since; until when that holds. */
  #left = Number.POSITIVE_INFINITY;
  #leftUntilMs = 0;
  #alarm: AbortController | undefined;
  #alarmAtMs = 0;

  constructor(size: number, coolMs: number, clock: Clock, bank: PermitBank) {
    this.size = Math.max(1, Math.floor(size));
    this.coolMs = size < 1 ? coolMs / size : coolMs;
    this.#clock = clock;
    this.#bank = bank;
    this.#limit = this.size;
  }

  /** Whether nobody waits and no permit is in use. */
  get isIdle(): boolean {
    this.#thaw();
    return this.#line.size === 0 && this.#occupied + this.#cooling === 0;
  }

  /** Permits that this pool has: idle ones, those of calls, and those that cool down. */
  get held(): number {
    return this.#idle + this.#occupied + this.#cooling;
  }

  /** Permits that nobody uses. */
  get idle(): number {
    this.#thaw();
    return this.#idle;
  }

  /** Permits that are wanted beyond the idle ones. */
  get short(): number {
    return Math.max(0, Math.min(this.#line.wanted, this.size) - this.idle);
  }

  /** Weights of those that wait. */
  get weight(): number {
    return this.#line.weight;
  }

  /** When the next permit is idle, epoch ms, as far as is known: now where one is. */
  get nextIdleMs(): number {
    const now = this.#clock.now();
    if (this.idle > 0) return now;
    return this.#times[this.#first] ?? now + this.coolMs;
  }

  /** Takes what the other side says about the permits of a window; more than `size` counts as `size`, less than 1 as 1. */
  limitTo(limit: number): void {
    const next = Math.min(this.size, Math.max(1, Math.floor(limit)));
    if (next === this.#limit) return;
    this.#limit = next;
    this.#serve();
  }

  /**
   * Takes what the other side says is left of a window that ends at `untilMs`: others may use it, too. Calls under way count as not known to it yet;
   * where that leaves none, the next answer says more.
   */
  leave(left: number, untilMs: number): void {
    this.#left = Math.max(0, left - this.#occupied);
    this.#leftUntilMs = untilMs;
    this.#serve();
  }

  /** The other side has said what its limit is: for all who share it. */
  hear(limit: number): void {
    if (Math.min(this.size, Math.max(1, Math.floor(limit))) === this.#limit) return;
    this.limitTo(limit);
    this.#bank.hear?.(this.#limit);
  }

  /** Nobody will ask again: what is idle goes back. */
  close(): void {
    this.#bank.close?.();
  }

  /** Holds the permits in use, cooling ones included, to a number from now on. */
  capTo(cap: number): void {
    this.#cap = cap;
    this.#serve();
  }

  /** Asks for the permits beyond a number: they go to the bank, the idle ones now, others as soon as they are idle. */
  keep(count: number): void {
    this.#keep = count;
    this.#thaw();
    this.#giveBack();
    this.#serve();
  }

  /** Takes permits from the bank. */
  receive(count: number): void {
    this.#idle += count;
    this.#serve();
  }

  /** Gives idle permits away, at most so many; returns how many. */
  surrender(most: number): number {
    const count = Math.min(this.idle, Math.max(0, most));
    this.#idle -= count;
    return count;
  }

  /** Looks again whether somebody can be served. */
  look(): void {
    this.#serve();
  }

  /** Turns away those that cannot use a permit at a moment before which there will be none. */
  refuse(earliestMs: number): void {
    for (const waiter of [...this.#line.everybody()]) if (waiter.latestMs < earliestMs) waiter.fail(new TooLate(earliestMs));
  }

  /** Earliest moment, epoch ms, at which a call that asks now could start. Never later than the truth. */
  earliest(cost = 1): number {
    const now = this.#clock.now();
    this.#thaw();
    const before = this.#limit < this.size ? this.#line.size : this.#line.wanted;
    const inUse = this.#occupied + this.#cooling;
    const issuable = Math.min(this.#limit - inUse, this.#idle + this.#bank.obtainable);
    const lacking = before + this.#price(cost) - issuable;
    if (lacking <= 0) return now;
    const { dryUntilMs } = this.#bank;
    if (dryUntilMs < Number.POSITIVE_INFINITY) return Math.max(now, Math.min(dryUntilMs, this.nextIdleMs));
    const round = Math.floor((lacking - 1) / this.size) * this.coolMs;
    return (this.#cooledAt((lacking - 1) % this.size) ?? now + this.coolMs) + round;
  }

  /** Permits for a call, if there are enough and nobody waits. */
  tryTake(cost = 1): Permit | undefined {
    if (this.#line.size > 0 || !this.#bank.isOpen()) return undefined;
    this.#thaw();
    const price = this.#price(cost);
    if (this.#idle < price || this.#isFull(price)) return undefined;
    return this.#issue(price);
  }

  /** Waits for the permits of a call. Rejects with the signal's reason when that aborts first, with {@link TooLate} where it is of no use. */
  take({ signal, cost = 1, party = "", weight = 1, latestMs = Number.POSITIVE_INFINITY }: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const cancel = (): void => waiter.fail(signal.reason);
      const waiter: Waiter = {
        party,
        weight,
        latestMs,
        cost: Math.min(this.size, Math.max(1, Math.floor(cost))),
        grant: (permit) => {
          signal.removeEventListener("abort", cancel);
          resolve(permit);
        },
        fail: (reason) => {
          signal.removeEventListener("abort", cancel);
          if (!this.#line.leave(waiter)) return;
          reject(reason);
          this.#serve();
        },
      };
      signal.addEventListener("abort", cancel, { once: true });
      this.#line.join(waiter);
      this.#serve();
    });
  }

  /** Of {@link Permit}: its call has been answered. */
  cool(count: number): void {
    this.#occupied -= count;
    if (this.coolMs === 0) {
      this.#idle += count;
    } else {
      const at = this.#clock.now() + this.coolMs + 1;
      this.#cooling += count;
      const last = this.#times.length - 1;
      if (last >= this.#first && (this.#times[last] as number) >= at) this.#counts[last] = (this.#counts[last] as number) + count;
      else {
        this.#times.push(at);
        this.#counts.push(count);
      }
    }
    const isTooMany = this.held > this.#keep;
    if (isTooMany) this.#giveBack();
    if (isTooMany || this.#line.size > 0) this.#serve();
  }

  #serve(): void {
    for (let next = this.#line.next(); next !== undefined; next = this.#line.next()) {
      this.#thaw();
      const price = this.#price(next.cost);
      if (this.#idle < price || this.#isFull(price) || !this.#bank.isOpen()) break;
      this.#line.serve(next, price);
      next.grant(this.#issue(price));
    }
    if (this.#line.size > 0 && this.#idle < this.#line.wanted) this.#bank.lack(this);
    this.#setAlarm();
  }

  #issue(price: number): Permit {
    this.#idle -= price;
    this.#occupied += price;
    this.#left -= price;
    return new Permit(this, price);
  }

  #isFull(price: number): boolean {
    return (
      this.#occupied + this.#cooling + price > Math.min(this.#limit, this.#cap) || (price > this.#left && this.#isHeldBack())
    );
  }

  #isHeldBack(): boolean {
    if (this.#clock.now() < this.#leftUntilMs) return true;
    this.#left = Number.POSITIVE_INFINITY;
    return false;
  }

  /** What a call costs in a window of the present size. */
  #price(cost: number): number {
    return Math.min(Math.max(1, Math.floor(cost)), this.#limit);
  }

  /** Makes permits idle that have cooled down. A clock that was set back must not keep one for longer than a window. */
  #thaw(): void {
    if (this.#cooling === 0) return;
    const now = this.#clock.now();
    const latest = now + this.coolMs + 1;
    if ((this.#times[this.#times.length - 1] as number) > latest) this.#times = this.#times.map((time) => Math.min(time, latest));
    const before = this.#cooling;
    while (this.#first < this.#times.length && (this.#times[this.#first] as number) <= now) {
      this.#cooling -= this.#counts[this.#first++] as number;
    }
    if (this.#cooling === before) return;
    this.#idle += before - this.#cooling;
    if (this.#first === this.#times.length || this.#first > 1_000) {
      this.#times = this.#times.slice(this.#first);
      this.#counts = this.#counts.slice(this.#first);
      this.#first = 0;
    }
    if (this.held > this.#keep) this.#giveBack();
  }

  #giveBack(): void {
    const count = Math.min(this.#idle, this.held - this.#keep);
    if (count <= 0) return;
    this.#idle -= count;
    this.#bank.takeBack(count);
  }

  /** When so many and one more permits have cooled down. */
  #cooledAt(index: number): number | undefined {
    let count = 0;
    for (let at = this.#first; at < this.#times.length; at++) {
      count += this.#counts[at] as number;
      if (count > index) return this.#times[at];
    }
    return undefined;
  }

  /** Wakes up when something can change by itself, as long as that matters to anybody. */
  #setAlarm(): void {
    const at = this.#nextChange();
    if (this.#alarm !== undefined) {
      // Goes off at once, and is set anew where it is still needed.
      if (at === undefined || at < this.#alarmAtMs) this.#alarm.abort();
      return;
    }
    if (at === undefined) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#alarmAtMs = at;
    const over = (): void => {
      this.#alarm = undefined;
      this.#thaw();
      this.#serve();
    };
    this.#clock.sleep(Math.max(1, at - this.#clock.now()), alarm.signal).then(over, over);
  }

  /** When a permit has cooled down that is waited for, or the other side's window starts anew; not where the bank has permits to give. */
  #nextChange(): number | undefined {
    const next = this.#line.next();
    const cooled = this.#times[this.#first];
    if (next === undefined) return this.held > this.#keep ? cooled : undefined;
    const price = this.#price(next.cost);
    if (price > this.#left && this.#isHeldBack()) return Math.min(this.#leftUntilMs, cooled ?? Number.POSITIVE_INFINITY);
    return this.#idle + this.#bank.obtainable < price || this.#isFull(price) ? cooled : undefined;
  }
}
