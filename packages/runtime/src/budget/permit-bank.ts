import type { PermitPool } from "./permit-pool.ts";

/** Where the permits of a pool come from. Calls the pool back; never while the pool is calling it. */
export interface PermitBank {
  /** Whether permits that the pool holds may be used now. Every call asks, so it must cost next to nothing. */
  isOpen(): boolean;
  /** Permits that the pool could still get, as far as is known. */
  readonly obtainable: number;
  /** A moment, epoch ms, before which it will not be more; 0: unknown, infinite: only what the pool itself gives back. */
  readonly dryUntilMs: number;
  /** Somebody waits, and the pool holds too few permits. */
  lack(pool: PermitPool): void;
  /** Takes permits that the pool was asked to give away. */
  takeBack(count: number): void;
  /** Is told the pool that it is the bank of. */
  attach?(pool: PermitPool): void;
  /** The other side has said that its limit is this. */
  hear?(limit: number): void;
  /** The pool is not used any more. */
  close?(): void;
}
