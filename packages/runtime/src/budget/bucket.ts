import type { Permit, PermitPool, PermitRequest } from "./permit-pool.ts";

/** A permit for one attempt. Both functions may be called more than once. */
export interface AttemptPermit {
  /** The other side has answered: what it counts of this call, it has counted. */
  answered(): void;
  /** The attempt is over, its answer read. */
  done(): void;
}

class TakenPermit implements AttemptPermit {
  readonly #window: Permit | undefined;
  readonly #slot: Permit | undefined;

  constructor(window: Permit | undefined, slot: Permit | undefined) {
    this.#window = window;
    this.#slot = slot;
  }

  answered(): void {
    this.#window?.release();
  }

  done(): void {
    this.#window?.release();
    this.#slot?.release();
  }
}

/** One budget as its sharers have it: a window of permits, slots for calls in flight, or both. A slot is taken first and held while waiting. */
export class Bucket {
  #isDropped = false;
  readonly #window: PermitPool | undefined;
  readonly #slots: PermitPool | undefined;

  constructor(window: PermitPool | undefined, slots: PermitPool | undefined) {
    this.#window = window;
    this.#slots = slots;
  }

  /** Nobody may use it any more: whoever kept it asks the book again. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  drop(): void {
    this.#isDropped = true;
    this.#window?.close();
    this.#slots?.close();
  }

  get isIdle(): boolean {
    return this.#window?.isIdle !== false && this.#slots?.isIdle !== false;
  }

  /** Earliest moment, epoch ms, at which a call could start as far as the rate is concerned; 0 where it does not matter. */
  earliest(cost: number | undefined): number {
    return this.#window?.earliest(cost) ?? 0;
  }

  /** Takes what the other side says about the permits of a window: it may lower the rate, never raise it. */
  lower(limit: number): void {
    this.#window?.hear(limit);
  }

  /** Takes what the other side says is left of a window, which ends at `untilMs`. */
  leave(left: number, untilMs: number): void {
    this.#window?.leave(left, untilMs);
  }

  /** A permit, if one is there and nobody waits. */
  tryTake(cost: number | undefined): AttemptPermit | undefined {
    const slot = this.#slots?.tryTake();
    if (slot === undefined && this.#slots !== undefined) return undefined;
    const window = this.#window?.tryTake(cost);
    if (window === undefined && this.#window !== undefined) {
      slot?.release();
      return undefined;
    }
    return new TakenPermit(window, slot);
  }

  /** Waits for the permits that a call costs, and for a slot. Rejects as {@link PermitPool.take} does. */
  async take(request: PermitRequest): Promise<AttemptPermit> {
    const slot = await this.#slots?.take({ ...request, cost: 1 });
    try {
      return new TakenPermit(await this.#window?.take(request), slot);
    } catch (error) {
      slot?.release();
      throw error;
    }
  }
}
