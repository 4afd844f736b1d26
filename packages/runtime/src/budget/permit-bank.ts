import type { PermitPool } from "./permit-pool.ts";

/** Where the permits of a pool come from. Calls the pool back; never while the pool is calling it. */
export interface PermitBank {
  /** Whether permits that the pool holds may be used now. Every call asks, so it must cost next to nothing. */
  isOpen(): boolean;
  /** Permits that the pool could still get, as far as is known. */
  readonly obtainable: number;
  /** A moment, epoch ms, before which {@link obtainable} will not grow; 0 where that is unknown. */
  readonly dryUntilMs: number;
  /** Somebody waits, and the pool holds too few permits. */
  lack(pool: PermitPool): void;
  /** Takes permits that the pool was asked to give away. */
  takeBack(count: number): void;
}
