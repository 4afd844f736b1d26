/**
 * Places for calls in progress, and the calls that wait for one.
 *
 * Owns: how many are in progress, in all and by tenant; when a waiting call gets a place or is turned away.
 * Does not own: the order of those who wait (FairQueue); how many places there should be (its user).
 * Talks to: the clock, while somebody waits.
 * Invariants:
 *   S1. A call that need not wait costs two comparisons: no promise, no timer.
 *   S2. Every place that was given is given back once; a waiting call is granted, refused or cancelled, once.
 *   S3. Nobody overtakes who waits, but those of a more urgent rank; the less urgent leave the last places free (`SHARES`).
 *   S4. Where somebody has waited for 100 ms without a break there is too much to do: the newest go first then, and who has waited for
 *       longer than `patienceMs` is turned away.
 */
import { MortiseError } from "@mortise/contract";
import type { Clock } from "../runtime.ts";
import { FairQueue, type Waiter } from "./fair-queue.ts";
import { COME_BACK_MS, type Rank, SHARES } from "./priority.ts";

/** Longest time that a call waits for a place. */
export const LONGEST_WAIT_MS = 1_000;
const OVERLOADED_AFTER_MS = 100;
const SWEEP_MS = 50;

/** Who wants a place. */
export interface Asking {
  readonly rank: Rank;
  readonly tenant: string;
  /** What is full, for people. */
  readonly what: string;
  /** From here on a place is of no use, epoch ms. */
  readonly untilMs: number;
}

export interface SlotsOptions {
  readonly clock: Clock;
  readonly limit: number;
  /** Calls that may wait at once, at present. */
  readonly capacity: () => number;
  /** How long a call may wait while there is too much to do, ms. Absent: as long as ever. */
  readonly patienceMs?: (rank: Rank) => number;
  /** Places that one tenant may have. Absent: all. */
  readonly perTenant?: number;
  /**
   * Share of the places that a tenant leaves free which has more than its part of them already, while others have some: who asks for little
   * finds one at once. At least one place. Absent: none.
   */
  readonly leavesFree?: number;
  readonly weightOf?: (tenant: string) => number;
  /** Is told of every call that is turned away. */
  readonly shed: (rank: Rank) => void;
}

export class Slots {
  readonly #options: SlotsOptions;
  readonly #queue: FairQueue;
  readonly #byTenant: Map<string, number> | undefined;
  #limit: number;
  #inFlight = 0;
  #busySinceMs: number | undefined;
  #watching = false;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#limit = options.limit;
    this.#queue = new FairQueue(options.weightOf);
    const isBounded = options.perTenant !== undefined && options.perTenant < options.limit;
    this.#byTenant = isBounded || options.leavesFree !== undefined ? new Map() : undefined;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Takes a place where there is one for a call of this kind and nobody waits. */
  tryEnter(rank: Rank, tenant: string): boolean {
    if (this.#queue.size > 0 || !this.#hasRoom(rank) || !this.#mayHave(tenant)) return false;
    this.#count(tenant, 1);
    return true;
  }

  /** Waits for a place. Rejects with `OVERLOADED`, or with the signal's reason when that aborts first. */
  wait({ rank, tenant, untilMs, what }: Asking, signal: AbortSignal): Promise<void> {
    const { clock, capacity } = this.#options;
    const sinceMs = clock.now();
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const cancel = (): void => {
        this.#queue.leave(waiter);
        this.#notice(clock.now());
        reject(signal.reason);
      };
      const waiter: Waiter = {
        rank,
        tenant,
        sinceMs,
        untilMs: Math.min(untilMs, sinceMs + LONGEST_WAIT_MS),
        isGone: false,
        grant: () => {
          signal.removeEventListener("abort", cancel);
          resolve();
        },
        refuse: (because) => {
          signal.removeEventListener("abort", cancel);
          reject(this.refusal(rank, `${what}: ${because === "expired" ? "it waited for too long" : "too many calls wait"}.`));
        },
      };
      signal.addEventListener("abort", cancel, { once: true });
      this.#queue.push(waiter);
      this.#notice(sinceMs);
      this.#pump();
      while (this.#queue.size > Math.max(1, capacity())) this.#queue.displace();
      void this.#watch();
    });
  }

  /** The error of a call that is turned away; it counts as one. */
  refusal(rank: Rank, message: string): MortiseError {
    this.#options.shed(rank);
    return new MortiseError("OVERLOADED", message, { retryAtMs: this.#options.clock.now() + COME_BACK_MS[rank] });
  }

  /** Gives a place back. */
  leave(tenant: string): void {
    this.#count(tenant, -1);
    if (this.#queue.size > 0) this.#pump();
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    if (this.#queue.size > 0) this.#pump();
  }

  #hasRoom(rank: Rank): boolean {
    return this.#inFlight < this.#limit * SHARES[rank];
  }

  #mayHave(tenant: string): boolean {
    if (this.#byTenant === undefined) return true;
    const { perTenant = Number.POSITIVE_INFINITY, leavesFree } = this.#options;
    const own = this.#byTenant.get(tenant) ?? 0;
    if (own >= perTenant) return false;
    const tenants = this.#byTenant.size;
    if (leavesFree === undefined || tenants < 2 || own * tenants <= this.#limit) return true;
    return this.#inFlight < this.#limit - Math.max(1, Math.floor(this.#limit * leavesFree));
  }

  #count(tenant: string, by: 1 | -1): void {
    this.#inFlight += by;
    if (this.#byTenant === undefined) return;
    const next = (this.#byTenant.get(tenant) ?? 0) + by;
    if (next > 0) this.#byTenant.set(tenant, next);
    else this.#byTenant.delete(tenant);
  }

  #pump(): void {
    const nowMs = this.#options.clock.now();
    const choice = {
      nowMs,
      patienceMs: this.#patience(nowMs),
      newestFirst: this.#isOverloaded(nowMs),
      hasRoom: (rank: Rank) => this.#hasRoom(rank),
      mayHave: (tenant: string) => this.#mayHave(tenant),
    };
    for (let next = this.#queue.take(choice); next !== undefined; next = this.#queue.take(choice)) {
      this.#count(next.tenant, 1);
      next.grant();
    }
    this.#notice(nowMs);
  }

  #notice(nowMs: number): void {
    if (this.#queue.size === 0) this.#busySinceMs = undefined;
    else this.#busySinceMs ??= nowMs;
  }

  #isOverloaded(nowMs: number): boolean {
    return this.#busySinceMs !== undefined && nowMs - this.#busySinceMs >= OVERLOADED_AFTER_MS;
  }

  #patience(nowMs: number): (rank: Rank) => number {
    const { patienceMs } = this.#options;
    if (patienceMs === undefined || !this.#isOverloaded(nowMs)) return () => LONGEST_WAIT_MS;
    return (rank) => Math.min(LONGEST_WAIT_MS, patienceMs(rank));
  }

  /** Turns away, every now and then, who waits in vain: no place may come free for long. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const { clock } = this.#options;
    while (this.#queue.size > 0) {
      await clock.sleep(SWEEP_MS);
      const nowMs = clock.now();
      this.#queue.sweep(nowMs, this.#patience(nowMs));
      this.#notice(nowMs);
    }
    this.#watching = false;
  }
}
