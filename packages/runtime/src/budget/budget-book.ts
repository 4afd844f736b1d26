import { MortiseError } from "@mortise/contract";
import type { Clock } from "../runtime.ts";
import { Bucket } from "./bucket.ts";
import type { BudgetLimits } from "./budget-limits.ts";
import { LocalBank } from "./local-bank.ts";
import type { PermitBank } from "./permit-bank.ts";
import { PermitPool } from "./permit-pool.ts";

/** Opens the bank of one limit, by a name that all who share it have. */
export type OpenBank = (name: string, size: number, coolMs: number) => PermitBank;

const MAX_IDLE_BUCKETS = 1_000;
const MAX_BUCKETS = 100_000;

/** The budgets of a runtime by key: a window of permits, slots for calls in flight, or both. */
export class BudgetBook {
  readonly #clock: Clock;
  readonly #openBank: OpenBank;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = MAX_IDLE_BUCKETS;

  constructor(clock: Clock, openBank: OpenBank = (_, size) => new LocalBank(size)) {
    this.#clock = clock;
    this.#openBank = openBank;
  }

  /** The bucket of a key with these limits; the same for all who ask. Throws `OVERLOADED` where too many are in use. */
  bucket(key: string, limits: BudgetLimits): Bucket {
    const { rate, perMs, concurrency } = limits;
    const full = `${key} ${rate}/${perMs} ${concurrency}`;
    const known = this.#buckets.get(full);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#dropIdle();
    const fresh = new Bucket(
      rate === undefined ? undefined : this.#pool(`rate ${full}`, rate, perMs),
      concurrency === undefined ? undefined : this.#pool(`slots ${full}`, concurrency, 0),
    );
    this.#buckets.set(full, fresh);
    return fresh;
  }

  #pool(name: string, size: number, coolMs: number): PermitPool {
    const bank = this.#openBank(name, size, coolMs);
    const pool = new PermitPool(size, coolMs, this.#clock, bank);
    bank.attach?.(pool);
    return pool;
  }

  #dropIdle(): void {
    for (const [key, bucket] of this.#buckets) {
      if (!bucket.isIdle) continue;
      bucket.drop();
      this.#buckets.delete(key);
    }
    if (this.#buckets.size >= MAX_BUCKETS)
      throw new MortiseError("OVERLOADED", `${this.#buckets.size} budgets are in use already.`);
    this.#sweepAt = Math.max(MAX_IDLE_BUCKETS, this.#buckets.size * 2);
  }
}
