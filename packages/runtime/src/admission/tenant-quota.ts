/** Calls that one tenant may make, whatever it calls. */
export interface TenantQuota {
  /** Calls a second, in the long run; above 0. */
  readonly ratePerSecond: number;
  /** Calls at once after a quiet time, at least 1. Absent: those of one second. */
  readonly burst?: number;
}

const MAX_TENANTS = 10_000;

/** Counts tenants' calls against their quota: one number each, the moment at which its bucket is full again (GCRA). */
export class TenantQuotas {
  readonly #everyMs: number;
  readonly #aheadMs: number;
  readonly #fullAtMs = new Map<string, number>();

  constructor({ ratePerSecond, burst = Math.max(1, ratePerSecond) }: TenantQuota) {
    this.#everyMs = 1_000 / ratePerSecond;
    this.#aheadMs = this.#everyMs * Math.max(1, burst);
  }

  /** Takes one call. Returns 0, or when to come back, epoch ms. */
  take(tenant: string, nowMs: number): number {
    const fullAtMs = Math.max(nowMs, this.#fullAtMs.get(tenant) ?? 0) + this.#everyMs;
    if (fullAtMs - nowMs > this.#aheadMs + 0.001) return Math.ceil(fullAtMs - this.#aheadMs);
    if (this.#fullAtMs.size >= MAX_TENANTS) this.#sweep(nowMs);
    this.#fullAtMs.set(tenant, fullAtMs);
    return 0;
  }

  #sweep(nowMs: number): void {
    for (const [tenant, fullAtMs] of this.#fullAtMs) if (fullAtMs <= nowMs) this.#fullAtMs.delete(tenant);
    for (const tenant of this.#fullAtMs.keys()) {
      if (this.#fullAtMs.size < MAX_TENANTS) return;
      this.#fullAtMs.delete(tenant);
    }
  }
}
